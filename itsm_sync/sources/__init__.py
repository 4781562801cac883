"""PULL: one file a system; read only; payload in, items out."""

"""Proofs by many random trials: cursors that lose nothing, payloads that stop nothing."""

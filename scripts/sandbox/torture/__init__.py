"""Torture: a changing world twice, undisturbed, and with kills and servers that misbehave."""

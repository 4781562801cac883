"""Torture: a changing world, twice: undisturbed, and with the program killed and its servers ill."""

"""The tickets of signals: what becomes of them, what they say, and how they are opened."""

"""The words of the house as frozen dataclasses and protocols; standard library only."""

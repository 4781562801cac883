"""Incidents that keep coming back."""

"""Alerts of three kinds."""

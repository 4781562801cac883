"""Tickets by the calendar."""

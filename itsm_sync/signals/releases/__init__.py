"""Releases and versions, with their criteria."""

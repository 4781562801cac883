"""Nodes and whole systems that are down."""

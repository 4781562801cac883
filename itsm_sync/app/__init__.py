"""Wiring: settings become clients, sources, desk and store; nothing else knows them all."""

"""Measures of what is stored (pure), and their renderers."""

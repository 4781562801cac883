"""Reports: listed, made, delivered once, and told on time."""

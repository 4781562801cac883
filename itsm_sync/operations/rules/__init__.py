"""rules test, lint, diff, replay: what the owners of the rules ask."""

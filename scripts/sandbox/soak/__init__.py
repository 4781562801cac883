"""A soak: the daemon for a while over a changing world, and what it holds meanwhile."""

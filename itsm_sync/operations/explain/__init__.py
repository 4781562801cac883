"""explain: why an item is routed as it is, now or at a time."""

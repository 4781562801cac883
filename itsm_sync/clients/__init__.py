"""One door to each library: sessions, timeouts, retries, error classes."""

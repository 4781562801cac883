"""The fault matrix: each kind of fault at each place of the road, and what is left of it."""

"""The part of the road that signals take."""

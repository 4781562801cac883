"""The one life cycle: observations and acts become episodes."""

"""The ABC world: sample data about an organisation that does not exist."""

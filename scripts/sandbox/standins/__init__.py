"""Stand-ins for Jenkins and GitHub: HTTP servers on loopback that answer from sample data."""

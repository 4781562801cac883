"""The ABC world (sample data), the stand-ins for its systems, and a real Redmine to try them on."""

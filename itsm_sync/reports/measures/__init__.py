"""Numbers: one module a family. Pure functions of what is stored, and of the period alone."""

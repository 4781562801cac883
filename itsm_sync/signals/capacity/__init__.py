"""What runs short: disk, memory, executors, time."""

"""The daemon: schedules, hints, signals of the operating system; one works, others wait."""

"""What tellings share: phrases, links, times, bounds."""

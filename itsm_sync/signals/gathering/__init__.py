"""What belongs together: inhibition, outages, storms."""

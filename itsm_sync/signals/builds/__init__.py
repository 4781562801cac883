"""Failed builds."""

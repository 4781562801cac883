"""What was delivered for a ticket, and what lacked a change."""

"""itsm-sync: who is responsible for each ticket, written where people look."""

"""All SQL: items, cursors, routings, ledger, findings, dead letters, cycles."""

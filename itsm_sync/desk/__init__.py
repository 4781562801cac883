"""DELIVER: the planner (pure), the only writer to Redmine, notes, provisioning."""

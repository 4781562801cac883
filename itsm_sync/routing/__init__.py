"""DECIDE: rules, classifier, ownership; pure."""

"""Webhooks: what another system says has changed makes its stream due now, and is no truth."""

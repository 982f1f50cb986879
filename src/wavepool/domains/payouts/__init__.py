"""Payouts: money leaves once, by a rail, and comes back where it failed."""

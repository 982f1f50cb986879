"""Runs of the engine over the platform's facts; estimates; the court of attribution."""

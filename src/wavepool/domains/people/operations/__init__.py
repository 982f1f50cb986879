"""Writes of people: business verbs, each with its errors."""

"""Persons, creators, shops, agencies and staff: one account, many hats."""

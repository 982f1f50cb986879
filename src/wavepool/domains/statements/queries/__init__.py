"""Reads of statements, open to the domains above."""

"""Statements: what a month brings each payee, line by line, and why."""

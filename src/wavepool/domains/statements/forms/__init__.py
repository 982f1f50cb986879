"""Forms of statements."""

"""Versioned rule documents: draft, notice, in force, superseded."""

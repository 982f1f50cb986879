"""Boards and homes: one metric dictionary behind every number."""

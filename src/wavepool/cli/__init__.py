"""The command line: build a world, check and settle a season, explain and verify a line."""

from wavepool.cli.app import build_app, main

__all__ = ["build_app", "main"]

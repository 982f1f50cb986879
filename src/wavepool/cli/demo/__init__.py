"""The demonstration: a seeded season in the seed documents' language, settled and explained."""

from wavepool.cli.demo.command import demo_command

__all__ = ["demo_command"]

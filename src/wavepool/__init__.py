"""wavepool: the open operating system for content commerce."""

__version__ = "0.1.0"

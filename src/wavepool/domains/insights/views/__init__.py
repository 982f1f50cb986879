"""Pages of insights, and what it tells on homes."""

from wavepool.domains.insights.views import homes

__all__ = ["homes"]

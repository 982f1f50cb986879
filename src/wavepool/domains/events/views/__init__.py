"""Pages of events."""

from wavepool.domains.events.views import links, public, quarantine, sources, staff, visits

__all__ = ["links", "public", "quarantine", "sources", "staff", "visits"]

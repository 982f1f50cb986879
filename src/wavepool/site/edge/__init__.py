"""The edge: one small raw ASGI application that takes events in and makes them durable.

No Django on its way: a request is read within its limits, its write key looked up
in a snapshot, its bytes appended to the segment log, and 2xx follows the sync.
What the events mean is found out later by `events.compact`.
"""

from wavepool.site.edge.app import Edge
from wavepool.site.edge.limits import Limits
from wavepool.site.edge.sources import SourceBook

__all__ = ["Edge", "Limits", "SourceBook"]

"""What programmes do on schedule, and what a season learns of them."""

from __future__ import annotations

import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import operations as credits
from wavepool.domains.programmes import operations, queries
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.jobs import every, register

register("programmes.review_standings", label=_("Levels and tiers"))(operations.review_standings)


def shape_creators(creators: pa.Table) -> pa.Table:
    """Keep farmers without a certificate out of what is for certified ones."""
    return queries.shape_creators(creators, at=database_now())


# Every night: it finds whom the running week, or the running month, has not reviewed yet.
every("programmes.review_standings", at="03:30")
credits.shape_source("creators", shape_creators)

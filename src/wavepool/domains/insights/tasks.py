"""What insights do in the background, and when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.insights import operations
from wavepool.plumbing.jobs import RunningJob, every, register


@register(operations.BUILD_BOARD, label=_("Count the board"))
def build_board(job: RunningJob) -> dict[str, int]:
    """Count yesterday's board, and those since a day that got late facts."""
    return operations.build_in_turn(job, read=operations.read_facts)


# Two and a half hours before the board is promised; what came in the night is there by then.
every(operations.BUILD_BOARD, at="05:30")

"""Pages of credits."""

from wavepool.domains.credits.views.court import court
from wavepool.domains.credits.views.lines import (
    agency_lines,
    merchant_lines,
    studio_line,
    studio_lines,
)
from wavepool.domains.credits.views.runs import ask_run, run, runs

__all__ = [
    "agency_lines",
    "ask_run",
    "court",
    "merchant_lines",
    "run",
    "runs",
    "studio_line",
    "studio_lines",
]

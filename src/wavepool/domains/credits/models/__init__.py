"""Rows of credits."""

from wavepool.domains.credits.models.lines import EstimatedLine, EstimateMark
from wavepool.domains.credits.models.runs import Run

__all__ = ["EstimateMark", "EstimatedLine", "Run"]

"""Value of content: capped influence, three kinds of evidence, integers throughout."""

from wavepool.engine.scoring.cells import (
    SIGNALS,
    CellKey,
    CellRules,
    CellShape,
    Evidence,
    cell_table,
    cell_weights,
)
from wavepool.engine.scoring.evidence import (
    SUMS,
    add_up_parts,
    lift_touches,
    number_spans,
    remember_lifts,
    value_pieces,
    weigh_part,
)
from wavepool.engine.scoring.saturation import LoadBin, solve_saturation

__all__ = [
    "SIGNALS",
    "SUMS",
    "CellKey",
    "CellRules",
    "CellShape",
    "Evidence",
    "LoadBin",
    "add_up_parts",
    "cell_table",
    "cell_weights",
    "lift_touches",
    "number_spans",
    "remember_lifts",
    "solve_saturation",
    "value_pieces",
    "weigh_part",
]

"""Incentive programmes: rules over counters, once per person, inside one budget.

Method and proofs: docs/algorithms/incentives.md.
"""

from wavepool.engine.incentives.binding import binding_programmes
from wavepool.engine.incentives.budget_cards import (
    BUDGETS_SCHEMA,
    ClaimTooLarge,
    planned_budgets,
)
from wavepool.engine.incentives.closing import BudgetOverspent
from wavepool.engine.incentives.counter_book import CountersInvalid
from wavepool.engine.incentives.evaluating import AwardsResult, PaidTwice, evaluate
from wavepool.engine.incentives.explaining import AwardSentence, explain_award
from wavepool.engine.incentives.frame_boards import FrameBoard, frame_board
from wavepool.engine.incentives.grids import NoFrame, UnknownGrade, grid
from wavepool.engine.incentives.linting import Finding, ProgrammesRefused, lint_programmes
from wavepool.engine.incentives.measuring import measure_programmes
from wavepool.engine.incentives.programmes import (
    COUNTERS,
    Bracket,
    Condition,
    Eligibility,
    Frame,
    Grade,
    LumpSum,
    Milestone,
    PerAnchor,
    Planned,
    Programme,
    Programmes,
    Schedule,
    Tiered,
    UnknownProgramme,
    Window,
)
from wavepool.engine.incentives.reading import load_programmes, move_years, read_programmes
from wavepool.engine.incentives.result_tables import REASON_TEXTS
from wavepool.engine.incentives.roster import Period, TableInvalid
from wavepool.engine.incentives.schedules import bracket_micro, frame_minor, tiered_minor
from wavepool.engine.incentives.toml_sections import ProgrammeInvalid

__all__ = [
    "BUDGETS_SCHEMA",
    "COUNTERS",
    "REASON_TEXTS",
    "AwardSentence",
    "AwardsResult",
    "Bracket",
    "BudgetOverspent",
    "ClaimTooLarge",
    "Condition",
    "CountersInvalid",
    "Eligibility",
    "Finding",
    "Frame",
    "FrameBoard",
    "Grade",
    "LumpSum",
    "Milestone",
    "NoFrame",
    "PaidTwice",
    "PerAnchor",
    "Period",
    "Planned",
    "Programme",
    "ProgrammeInvalid",
    "Programmes",
    "ProgrammesRefused",
    "Schedule",
    "TableInvalid",
    "Tiered",
    "UnknownGrade",
    "UnknownProgramme",
    "Window",
    "binding_programmes",
    "bracket_micro",
    "evaluate",
    "explain_award",
    "frame_board",
    "frame_minor",
    "grid",
    "lint_programmes",
    "load_programmes",
    "measure_programmes",
    "move_years",
    "planned_budgets",
    "read_programmes",
    "tiered_minor",
]

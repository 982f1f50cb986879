"""Reads of scores."""

from wavepool.domains.scores.queries.drafts import (
    find_draft,
    find_draft_before,
    find_draft_of_run,
    list_drafts,
    list_periods,
    periods_to_take,
    scene_name,
    scene_names,
)
from wavepool.domains.scores.queries.figures import (
    Comparison,
    SceneRow,
    SlotRow,
    in_viewers,
    list_creator_scores,
    list_pieces_of_creator,
    list_scene_scores,
    scenes_of_payee,
    slots_of_payee,
    value_since,
)
from wavepool.domains.scores.queries.runs import TakenRun, facts_of_pieces, run_of
from wavepool.domains.scores.tables import (
    PEERS_MIN,
    FolderTables,
    Part,
    RunTables,
    Workbench,
    terms_of,
)

__all__ = [
    "PEERS_MIN",
    "Comparison",
    "FolderTables",
    "Part",
    "RunTables",
    "SceneRow",
    "SlotRow",
    "TakenRun",
    "Workbench",
    "facts_of_pieces",
    "find_draft",
    "find_draft_before",
    "find_draft_of_run",
    "in_viewers",
    "list_creator_scores",
    "list_drafts",
    "list_periods",
    "list_pieces_of_creator",
    "list_scene_scores",
    "periods_to_take",
    "run_of",
    "scene_name",
    "scene_names",
    "scenes_of_payee",
    "slots_of_payee",
    "terms_of",
    "value_since",
]

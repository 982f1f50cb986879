"""Pages of programmes."""

from wavepool.domains.programmes.views.staff import (
    approve_budget,
    ask_budget,
    awards,
    programme,
    programmes,
    reject_budget,
    subjects,
)
from wavepool.domains.programmes.views.studio import studio_tasks

__all__ = [
    "approve_budget",
    "ask_budget",
    "awards",
    "programme",
    "programmes",
    "reject_budget",
    "studio_tasks",
    "subjects",
]

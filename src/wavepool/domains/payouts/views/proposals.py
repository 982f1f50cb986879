"""Proposals to end a difference, ready to be shown and decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wavepool.domains.payouts import forms, queries
from wavepool.plumbing.actor import Actor


def shown_proposals(rows: Iterable[Any], actor: Actor) -> list[dict[str, Any]]:
    """Each with its state, its forms, and whether it is the reader's own."""
    return [
        {
            "row": each,
            "state": queries.resolution_state(each),
            "seen": forms.SeenForm(initial={"seen_digest": each.digest}, auto_id=False),
            "refusal": forms.RefusalForm(
                initial={"seen_digest": each.digest}, auto_id=f"{each.public_id}_%s"
            ),
            "is_mine": each.author_id == actor.account_id,
            "is_open": each.outcome == "open",
        }
        for each in rows
    ]

"""The incentive plan of the demonstration: the shipped one with the season's own dates, funded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wavepool.domains.policies import operations as policies
from wavepool.domains.programmes import operations
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo.stage import OPENED_AT, Stage

#: Every date of the shipped document, and the one that stands for it here.
_DATES: Final = {
    "2021-12-01": "2026-06-01",
    "2022-01-01": "2026-08-01",
    "2023-01-01": "2027-08-01",
    "2023-04-01": "2027-11-01",
    "2023-07-01": "2028-02-01",
    "2023-10-01": "2028-05-01",
}
_MONTHS: Final = ("2026-09", "2026-10", "2026-11")
#: After the public notice, when the plan is in force.
_FUNDED_AT: Final = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)


def publish_plan(stage: Stage) -> None:
    """Draft the plan, have another person approve it, announce it with its notice."""
    at = OPENED_AT + timedelta(hours=2)
    staff, second = replace(stage.staff, mfa_at=at), replace(stage.second, mfa_at=at)
    draft = policies.begin_draft(kind="programme", actor=staff, as_of=at)
    text = draft.text
    for shipped, ours in _DATES.items():
        text = text.replace(f"= {shipped}", f"= {ours}")
    draft = policies.save_draft(
        kind="programme",
        number=draft.number,
        text=text,
        summary="The plan of 2022 with the dates of this season.",
        first_date=None,
        seen_digest=draft.digest,
        actor=staff,
        as_of=at,
    )
    named: dict[str, Any] = {
        "kind": "programme",
        "number": draft.number,
        "seen_digest": draft.digest,
    }
    policies.request_approval(**named, actor=staff, as_of=at)
    policies.approve_version(**named, actor=second, as_of=at)
    policies.publish_version(**named, actor=second, as_of=at)
    policies.activate_due(actor=MACHINE, as_of=_FUNDED_AT)


def fund_plan(stage: Stage) -> None:
    """Give each programme a budget for each month of the season; two persons agree."""
    staff, second = (replace(each, mfa_at=_FUNDED_AT) for each in (stage.staff, stage.second))
    rows = sorted(
        stage.season.rows("budgets"), key=lambda row: (row["programme_id"], row["period"])
    )
    place: dict[str, int] = {}
    for row in rows:
        number = place.get(row["programme_id"], 0)
        place[row["programme_id"]] = number + 1
        if number >= len(_MONTHS):
            continue
        change = operations.ask_budget(
            programme_id=row["programme_id"],
            period=_MONTHS[number],
            currency=row["currency"],
            budget_minor=row["budget_minor"],
            traffic_units=row["traffic_units"],
            reason="as planned",
            actor=staff,
            as_of=_FUNDED_AT,
        )
        operations.approve_budget(
            public_id=change.public_id,
            seen_digest=change.digest,
            actor=second,
            as_of=_FUNDED_AT,
        )

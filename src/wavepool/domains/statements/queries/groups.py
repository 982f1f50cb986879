"""Lines by what they belong to: each group's total is the sum of its visible lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import BigIntegerField, Case, Count, F, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.statements.models import Line, Statement
from wavepool.engine.incentives import read_programmes

_CAUSES: Final[dict[str, Promise]] = {
    "self_purchase": _("Own purchase"),
    "lockstep": _("Buying in lockstep"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """Lines of one kind and source.

    Attributes:
        amount_minor: their sum, held ones left out.
        held_minor: the sum of the held ones.
    """

    kind: str
    kind_label: str | Promise
    source: str
    source_label: str | Promise
    count: int
    amount_minor: int
    held_minor: int
    currency: str


def groups_of(statement: Statement, names: dict[str, str | Promise]) -> list[LineGroup]:
    """The groups of a statement in the order of its bridge: one query."""
    held = Case(When(is_held=True, then=F("amount_minor")), default=Value(0),
                output_field=BigIntegerField())  # fmt: skip
    shown = Case(When(is_held=True, then=Value(0)), default=F("amount_minor"),
                 output_field=BigIntegerField())  # fmt: skip
    rows: Any = Line.objects.filter(statement=statement).values("kind", "source")
    rows = rows.annotate(count=Count("pk"), amount=Sum(shown), held=Sum(held))
    order = list(Line.Kind.values)
    found = [
        LineGroup(
            kind=row["kind"],
            kind_label=Line.Kind(row["kind"]).label,
            source=row["source"],
            source_label=names.get(row["source"], row["source"]),
            count=row["count"],
            amount_minor=int(row["amount"]),
            held_minor=int(row["held"]),
            currency=statement.currency,
        )
        for row in rows.order_by("kind", "source")
    ]
    return sorted(found, key=lambda each: (order.index(each.kind), each.source))


def source_names(*, at: datetime) -> dict[str, str | Promise]:
    """Names of scenes, pools, programmes and causes under the rules in force at a moment."""
    is_chinese = (get_language() or "").startswith("zh")
    names: dict[str, str | Promise] = dict(_CAUSES)
    found = policies.list_in_force(at=at)
    if "programme" in found:
        for name, name_zh, name_en in _programme_names(found["programme"].text):
            names[name] = name_zh if is_chinese else name_en
    try:
        policy = policies.compose_engine_policy(at=at)
    except policies.NoPolicyInForce:
        return names
    for scene in policy.scenes:
        names[scene.id] = scene.name_zh if is_chinese else scene.name_en
    for pool in policy.pools:
        names[pool.id] = pool.name_zh if is_chinese else pool.name_en
    return names


@lru_cache(maxsize=16)
def _programme_names(text: str) -> tuple[tuple[str, str, str], ...]:
    """Id and both names of each programme of a document; every page of a statement asks."""
    found = read_programmes(text).programmes
    return tuple((each.id, each.name_zh, each.name_en) for each in found)

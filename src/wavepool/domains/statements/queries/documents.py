"""A statement as a document: its bridges, all of its lines, and how to prove them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from wavepool.domains.statements.models import Line, Statement
from wavepool.domains.statements.queries.bridges import bridge_of
from wavepool.domains.statements.queries.finding import (
    SHIFT_WORDS,
    lines_of,
    shifts_of,
    state_of,
)
from wavepool.domains.statements.queries.groups import groups_of, source_names
from wavepool.domains.statements.queries.why.formula import exact_money
from wavepool.domains.statements.tables.documents import Column, Paper, statement_pdf
from wavepool.engine.receipts.sentences.amounts import money

_CHUNK: Final = 2_000
_EDGE: Final = 42.0


def pdf_of(statement: Statement, *, at: datetime) -> bytes:
    """A statement as a PDF in the reader's language: every line, and a total that is their sum."""
    names = source_names(at=at)
    groups = groups_of(statement, names)
    shown = sum(each.amount_minor for each in groups)
    bridges = [
        (
            _("From what was earned to what is paid"),
            [
                (str(step.label), exact_money(step.micro, statement.currency))
                for step in bridge_of(statement)
            ],
        ),
        (
            _("Lines by what they belong to"),
            [
                (
                    " · ".join(str(word) for word in (each.kind_label, each.source_label) if word)
                    + f" ({each.count:,})",
                    money(each.amount_minor, statement.currency),
                )
                for each in groups
            ],
        ),
    ]
    if statement.estimated_minor is not None:
        bridges.insert(1, (_("From the estimate to the final amount"), _second(statement)))
    paper = Paper(
        title=_("Statement of %(month)s") % {"month": statement.period},
        facts=_facts(statement, at=at),
        bridges=bridges,
        lines_title=_("All lines"),
        columns=_columns(),
        total=(
            _("Sum of the lines above that are not held"),
            money(shown, statement.currency),
        ),
        notes=_notes(statement),
        page=_("Page %(page)s"),
    )
    return statement_pdf(paper, _rows(statement, names))


def _facts(statement: Statement, *, at: datetime) -> list[tuple[str, str]]:
    run = statement.take.run
    facts = [
        (_("Payee"), statement.payee.name),
        (_("Amount"), money(statement.net_minor, statement.currency)),
        (_("State"), str(state_of(statement, at).label)),
        (_("As of"), _moment(statement.take.as_of)),
        (_("Lines"), f"{statement.line_count:,}"),
        (
            _("Policy"),
            _("%(policy)s, version %(version)s, digest %(digest)s")
            % {
                "policy": run.policy_id,
                "version": run.policy_version,
                "digest": run.policy_digest[:16],
            },
        ),
        (_("Run"), run.public_id),
    ]
    if statement.issued_at is not None:
        facts.insert(3, (_("Final since"), _moment(statement.issued_at)))
    return facts


def _columns() -> list[Column]:
    return [
        Column(head=_("Line"), x=_EDGE, width=150),
        Column(head=_("What"), x=196, width=100),
        Column(head=_("Of"), x=300, width=110),
        Column(head=_("Order paid"), x=414, width=64),
        Column(head=_("Amount"), x=553, width=72, is_figure=True),
    ]


def _rows(statement: Statement, names: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every line in the order of its kind and key, a chunk at a time."""
    kinds = {value: str(label) for value, label in Line.Kind.choices}
    held = _("held")
    zone = ZoneInfo(settings.OPERATOR_ZONE)
    rows = lines_of(statement).order_by("kind", "pk")
    for line in rows.iterator(chunk_size=_CHUNK):
        kind = f"{kinds[line.kind]} ({held})" if line.is_held else kinds[line.kind]
        paid = f"{line.occurred_at.astimezone(zone):%Y-%m-%d}" if line.order_line_id else ""
        yield (
            line.key,
            kind,
            str(names.get(line.source, line.source)),
            paid,
            money(line.amount_minor, line.currency),
        )


def _notes(statement: Statement) -> list[str]:
    notes = [
        _(
            "Each line has a page of its own that says why it is what it is, and a receipt that "
            "anybody recomputes offline: wavepool verify RECEIPT.json --manifest MANIFEST.json"
        )
    ]
    if statement.take.is_final:
        notes.append(
            _("Whatever looks wrong can be objected to on the line's page within 30 days.")
        )
    else:
        notes.append(_("An estimate: facts still come in until the month is closed."))
    return notes


def _second(statement: Statement) -> list[tuple[str, str]]:
    """The second bridge: from what was estimated to what it became, by reason."""
    found = [
        (_("Estimated"), statement.estimated_minor or 0),
        *((str(SHIFT_WORDS[each.reason]), each.amount_minor) for each in shifts_of(statement)),
        (_("Final"), statement.net_minor),
    ]
    return [(words, money(amount, statement.currency)) for words, amount in found]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(settings.OPERATOR_ZONE)):%Y-%m-%d %H:%M}"

"""The payout policy: its page says what the document says, and its typed tables answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.policies import queries
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.tables import Payout, build, kind_of, packaged_document
from wavepool.domains.policies.tables import read_document as read
from wavepool.engine.policy.toml_text import toml_value
from worlds.policy_desk import NOON, Desk

PAGE = Path(__file__).resolve().parents[3] / "docs" / "policies.md"


def shipped() -> Payout:
    """The document that ships, as typed tables."""
    found: Payout = build(Payout, read(packaged_document("payout"), kind=kind_of("payout")).body)
    return found


def reference(section: Any, path: str) -> Iterator[str]:
    """One row of the page for each key, with the first table of an array as its default."""
    hints = get_type_hints(type(section), include_extras=True)
    for field in fields(section):
        value, hint = getattr(section, field.name), hints[field.name]
        inner = f"{path}.{field.name}" if path else field.name
        if get_origin(hint) is Annotated:
            knob = get_args(hint)[1]
            default = toml_value(list(value) if isinstance(value, tuple) else value)
            cells = (f"`{inner}`", knob.unit, f"`{default}`", knob.range_text(), knob.meaning)
            yield f"| {' | '.join(cells)} |"
        elif is_dataclass(value):
            yield from reference(value, inner)
        else:
            yield from reference(value[0], f"{inner}[]")


class TestThePage:
    def test_holds_every_key_word_for_word(self) -> None:
        assert "\n".join(reference(shipped(), "")) in PAGE.read_text(encoding="utf-8")

    def test_would_miss_a_stale_default(self) -> None:
        stale = replace(shipped(), reserve=replace(shipped().reserve, days=9))
        assert "\n".join(reference(stale, "")) not in PAGE.read_text(encoding="utf-8")


class TestThePolicy:
    def test_answers_by_currency_and_kind(self, desk: Desk) -> None:
        found = queries.payout_policy(at=NOON)
        assert found == shipped()
        assert (found.minimum_of("CNY"), found.minimum_of("USD")) == (100, 1)
        # Where nobody named a threshold, two persons agree to everything.
        assert (found.two_persons_above("CNY"), found.two_persons_above("USD")) == (5_000_000, 0)
        rule = found.tax_rule_of(payee_kind="person", currency="CNY")
        assert rule is not None
        assert rule.above_minor == (0, 2_000_000, 5_000_000)
        assert found.tax_rule_of(payee_kind="person", currency="USD") is None

    def test_is_none_before_the_first_version(self, desk: Desk) -> None:
        with pytest.raises(queries.NoPolicyInForce):
            queries.payout_policy(at=NOON - timedelta(days=9_999))

    def test_may_tax_nobody(self) -> None:
        text = packaged_document("payout").split("[[tax.rules]]")[0]
        text = text.replace('exempt = ["', 'exempt = ["person", "')
        body = read(text, kind=kind_of("payout")).body
        assert queries.list_faults(text, kind=kind_of("payout"), number=1, others={}) == ()
        assert build(Payout, body).tax.rules == ()


class TestTheStore:
    def test_knows_the_kind_and_keeps_its_guards(self, desk: Desk) -> None:
        """The table was made anew for the new kind; what it refused before it refuses still."""
        version = PolicyVersion.objects.get(kind="payout")
        for changes in ({"text": "x"}, {"kind": "tier"}, {"kind": "unheard_of"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                PolicyVersion.objects.filter(pk=version.pk).update(**changes)

    def test_says_amounts_in_their_currency(self) -> None:
        text = packaged_document("payout").replace('currency = "CNY"', 'currency = "USD"', 1)
        groups = queries.list_figures("payout", text)
        figures = {each.path: each.value for group in groups for each in group.figures}
        assert figures["limits[USD].minimum_minor"] == "1.00 USD"
        assert figures["approval[CNY].two_persons_above_minor"] == "50000.00 CNY"

"""A rail's report against ours and the books, and how differences end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import ReportLine, Resolution
from wavepool.domains.statements.models import Statement
from wavepool.plumbing.actor import MACHINE
from worlds.payday import NOON, SET, Payday, payout_of, wallet

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestReconciliation:
    def test_of_a_whole_report_matches_down_to_the_books(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        assert operations.take_report(rail="sandbox", actor=MACHINE, as_of=NOON) == 2
        assert {each.verdict for each in queries.lines_against_ours("sandbox")} == {"matched"}
        bridge = queries.bridge_of("sandbox", "CNY")
        assert (bridge.theirs_minor, bridge.ours_minor, bridge.clearing_minor) == (
            150_000,
            150_000,
            150_000,
        )
        assert bridge.is_sound

    def test_names_what_differs_and_the_sums_still_lead_to_the_books(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        payday.bank.pay(key="stranger", number="1", amount_minor=7_700, currency="CNY")
        operations.take_report(rail="sandbox", actor=MACHINE, as_of=NOON)
        lines = {each.payout_id: each for each in ReportLine.objects.all()}
        ada, chen = payout_of(payday.ada), payout_of(payday.chen)
        ReportLine.objects.filter(pk=lines[ada.pk].pk).update(amount_minor=120_300)
        ReportLine.objects.filter(pk=lines[chen.pk].pk).update(state="returned")
        found = {each.key: each.verdict for each in queries.lines_against_ours("sandbox")}
        assert found == {"stranger": "theirs", ada.public_id: "amount", chen.public_id: "state"}
        bridge = queries.bridge_of("sandbox", "CNY")
        assert (
            bridge.theirs_minor,
            bridge.only_theirs_minor,
            bridge.amount_minor,
            bridge.state_minor,
            bridge.only_ours_minor,
            bridge.ours_minor,
            bridge.clearing_minor,
        ) == (128_000, 7_700, 300, -30_000, 0, 150_000, 150_000)
        assert bridge.is_sound
        assert not replace(bridge, clearing_minor=149_999).is_sound

    def test_names_what_only_we_have(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        assert queries.ours_without_report("sandbox").count() == 2
        bridge = queries.bridge_of("sandbox", "CNY")
        assert (bridge.theirs_minor, bridge.only_ours_minor) == (0, 150_000)
        assert bridge.is_sound

    def test_ends_a_return_by_two_persons(self, payday: Payday) -> None:
        payday.account(number="6222000011110007", at=SET + HOUR)
        payday.signed()
        payday.work()
        operations.take_report(rail="sandbox", actor=MACHINE, as_of=NOON)
        ada = payout_of(payday.ada)
        assert queries.lines_against_ours("sandbox").get(payout=ada).verdict == "state"
        wish = operations.propose_resolution(
            payout_id=ada.public_id,
            deed="returned",
            reason="their report of today",
            actor=payday.actor("eve"),
            as_of=NOON,
        )
        assert wallet(payday.ada) == (0, 0)
        done = operations.agree_resolution(
            public_id=wish.public_id,
            seen_digest=wish.digest,
            actor=payday.actor("fay"),
            as_of=NOON,
        )
        assert done.outcome == "applied"
        assert (payout_of(payday.ada).state, wallet(payday.ada)) == ("returned", (120_000, 0))
        assert queries.lines_against_ours("sandbox").get(payout=ada).verdict == "matched"
        assert queries.bridge_of("sandbox", "CNY").is_sound
        assert Statement.objects.get(payee=payday.ada).paid_minor == 0
        assert [each.rule for each in books.prove_books().findings] == []

    def test_notes_a_stranger_by_two_persons(self, payday: Payday) -> None:
        payday.bank.pay(key="stranger", number="1", amount_minor=7_700, currency="CNY")
        operations.take_report(rail="sandbox", actor=MACHINE, as_of=NOON)
        line = ReportLine.objects.get()
        given: dict[str, Any] = {"reason": "another shop's", "as_of": NOON}
        wish = operations.note_foreign(line_id=line.pk, actor=payday.actor("eve"), **given)
        with pytest.raises(operations.ResolutionWaits):
            operations.note_foreign(line_id=line.pk, actor=payday.actor("fay"), **given)
        operations.agree_resolution(
            public_id=wish.public_id,
            seen_digest=wish.digest,
            actor=payday.actor("fay"),
            as_of=NOON,
        )
        assert queries.lines_against_ours("sandbox").get().verdict == "noted"

    def test_refuses_what_cannot_become_of_it(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        given: dict[str, Any] = {
            "payout_id": payout_of(payday.ada).public_id,
            "actor": payday.actor("eve"),
            "as_of": NOON,
        }
        with pytest.raises(operations.DeedUnfit):
            operations.propose_resolution(deed="paid", reason="again", **given)
        with pytest.raises(operations.ReasonNeeded):
            operations.propose_resolution(deed="returned", reason=" ", **given)
        assert Resolution.objects.count() == 0

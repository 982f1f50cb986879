"""Money that left and money that waits: accounts, one batch paid, one awaiting its signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wavepool.domains.payouts import operations as payouts
from wavepool.domains.payouts import queries
from wavepool.domains.people import queries as people
from wavepool.domains.statements import operations as statements
from wavepool.domains.statements import queries as statement_queries
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo.books import CURRENCY
from wavepool.site.demo.matters import LATELY
from wavepool.site.demo.roles import ROLES
from wavepool.site.demo.stage import Stage, actor_by_email, do_asked

_RAIL: Final = "sandbox"
#: Before the first payday; a new account is paid to after three days.
_ACCOUNTS_AT: Final = datetime(2026, 10, 9, 2, 0, tzinfo=UTC)
#: One account of so many is closed at the provider, so that a failed payout can be looked at.
_CLOSED_EVERY: Final = 13
_TEXTS: Final = {
    "en": (
        "I was still live when this order was paid; please look at the minutes again.",
        "This refund is of an order that is not mine.",
        "A parcel of this month was counted twice.",
    ),
    "zh": (
        "这笔订单付款时我还在直播，请再核对一下时间。",
        "这笔退款对应的订单不是我的。",
        "本月有一个包裹重复计算。",
    ),
}


def open_accounts(stage: Stage) -> None:
    """Everybody who is paid says where to."""
    parties = [("creator", pk) for pk in stage.creators.values()]
    parties += [("agency", pk) for pk in stage.agencies.values()]
    for place, (party, party_id) in enumerate(parties):
        payee = people.find_payee(party=party, party_id=party_id, at=_ACCOUNTS_AT)
        if payee is None:
            continue
        last = "0002" if place % _CLOSED_EVERY == _CLOSED_EVERY - 1 else "0009"
        payouts.set_account(
            party=party,
            party_id=party_id,
            currency=CURRENCY,
            rail=_RAIL,
            name=payee.name,
            number=f"62220000{place:04d}{last}",
            actor=MACHINE,
            as_of=_ACCOUNTS_AT,
        )


def pay(stage: Stage, *, at: datetime) -> None:
    """Make a batch of everybody who can be paid, sign it as two persons, send it."""
    signed_at = at + timedelta(hours=1)
    for batch in _ask(stage, at=at):
        payouts.sign_batch(
            batch_id=batch.public_id,
            seen_digest=queries.digest_of(batch),
            actor=replace(stage.second, mfa_at=signed_at),
            as_of=signed_at,
        )
    do_asked(signed_at)
    payouts.take_report(rail=_RAIL, actor=MACHINE, as_of=signed_at + timedelta(hours=1))


def leave_for_a_second_person(stage: Stage) -> None:
    """A batch that one person asked to be signed, and a correction that one person asked for."""
    _ask(stage, at=LATELY + timedelta(days=4))
    creator = people.find_creator(_handle())
    assert creator is not None, "the role has a creator"
    payee = people.find_payee(party="creator", party_id=creator.pk, at=LATELY)
    assert payee is not None, creator.handle
    statements.ask_correction(
        payee_id=payee.pk,
        currency=CURRENCY,
        amount_minor=-1_250,
        reason=_TEXTS[stage.lang][2],
        cause="mistake",
        ref="",
        actor=replace(stage.staff, mfa_at=LATELY),
        as_of=LATELY,
    )


def leave_objections(stage: Stage) -> None:
    """One objection that waits, and one whose answer is overdue."""
    creator = people.find_creator(_handle())
    assert creator is not None, "the role has a creator"
    owner = actor_by_email(ROLES[0].email)
    _object(creator.pk, owner, _TEXTS[stage.lang][0], at=LATELY + timedelta(days=6))
    for number, creator_id in sorted(stage.creators.items()):
        other = stage.owners["creator", number]
        if creator_id != creator.pk and _object(
            creator_id, other, _TEXTS[stage.lang][1], at=LATELY - timedelta(days=5)
        ):
            return


def _ask(stage: Stage, *, at: datetime) -> list[Any]:
    staff = replace(stage.staff, mfa_at=at)
    batches = payouts.make_batches(rail=_RAIL, currency=CURRENCY, actor=staff, as_of=at)
    for batch in batches:
        payouts.ask_signature(
            batch_id=batch.public_id, seen_digest=queries.digest_of(batch), actor=staff, as_of=at
        )
    return batches


def _object(creator_id: int, actor: Any, text: str, *, at: datetime) -> bool:
    """Object to the last line of commission in the last closed month; tell whether there is one."""
    payee = people.find_payee(party="creator", party_id=creator_id, at=at)
    closed = statement_queries.list_closes().filter(issued_at__isnull=False).order_by("period")
    last = closed.last()
    assert last is not None, "two months are closed"
    if payee is None:
        return False
    statement = statement_queries.find_statement(payee_id=payee.pk, period=last.period)
    if statement is None:
        return False
    line = statement_queries.lines_of(statement).filter(kind="commission").order_by("-pk").first()
    if line is None:
        return False
    statements.raise_objection(
        party="creator",
        party_id=creator_id,
        period=last.period,
        key=line.key,
        text=text,
        actor=actor,
        as_of=at,
    )
    return True


def _handle() -> str:
    doors = people.list_workspaces(actor_by_email(ROLES[0].email))
    return next(each.slug for each in doors if each.kind == "studio")

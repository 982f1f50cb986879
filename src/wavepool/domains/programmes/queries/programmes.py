"""Reads of what runs say: takes, awards with what became of them, and why a claim was stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes.models import Award, Refusal, Take
from wavepool.domains.programmes.queries.documents import Rules
from wavepool.domains.risk import queries as risk
from wavepool.engine.incentives import explain_award
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State, Tone

#: Reasons that leave a met claim standing as long as it stays open; the next run looks again.
WAITS: Final = frozenset({"no_person", "no_payee", "no_contract", "no_budget", "budget_too_small"})
_REASONS: Final[dict[str, Any]] = {
    "no_person": _("No verified person stands behind this account yet. Verify an identity to take part."),
    "person_not_new": _("The person went live on another account before; only new people can take part."),
    "already_paid_for_life": _("This person had the reward already; it is paid once in life, whatever the account."),
    "already_counted_for_life": _("This person is counted for another agency already."),
    "another_account_claims": _("The person takes part with another account; only one account of a person is paid."),
    "held": _("Money of this account is held for review; the reward waits for the end of it."),
    "no_payee": _("Nobody is named to be paid yet."),
    "no_contract": _("Anchor and agency have no contract."),
    "lost_introduction": _("Another agency introduced this anchor earlier."),
    "no_budget": _("Nothing is left of this month's budget; the claim stays open."),
    "budget_too_small": _("The share of this month's budget is below the smallest coin; the claim stays open."),
}  # fmt: skip
STATES: Final[dict[str, tuple[Any, Tone]]] = {
    "enrolled": (_("Enrolled"), "neutral"),
    "in_progress": (_("In progress"), "info"),
    "met": (_("Met"), "ok"),
    "risk_review": (_("Risk review"), "warning"),
    "approved": (_("Approved"), "ok"),
    "paid": (_("Paid out"), "ok"),
    "failed": (_("Not reached"), "neutral"),
    "refused": (_("Not entitled"), "error"),
    "clawed_back": (_("Taken back"), "error"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """An award as people read it: how it stands, and why it has its amount."""

    award: Award
    name: str
    state: State
    sentence: str

    @property
    def is_scaled(self) -> bool:
        """Whether the budget did not reach for all of it."""
        return self.award.award_minor < self.award.claim_minor


def list_takes() -> QuerySet[Take]:
    """Takes that are wholly in."""
    return Take.objects.filter(taken_at__isnull=False)


def find_final_take(period: str) -> Take | None:
    """The take of a month's final run."""
    return list_takes().filter(period=period, is_final=True).first()


def find_current_take() -> Take | None:
    """The take that knows most: of the latest month, and of that the final or the latest one."""
    return list_takes().order_by("-period", "-is_final", "-as_of", "-pk").first()


def find_take_of(period: str) -> Take | None:
    """The take of a month that counts: the final one, else the latest."""
    return list_takes().filter(period=period).order_by("-is_final", "-as_of", "-pk").first()


def current_take_ids() -> list[int]:
    """The take that counts of each month: one query."""
    rows = list_takes().order_by("is_final", "as_of", "pk").values_list("period", "pk")
    return sorted(dict(rows).values())


def list_awards() -> QuerySet[Award]:
    """Awards of the takes that count, with what became of each."""
    rows = Award.objects.filter(take_id__in=current_take_ids())
    held = risk.parked_holds().filter(
        Q(creator_id=OuterRef("creator_id")) | Q(payee_id=OuterRef("payee_id"))
    )
    return rows.select_related("outcome", "creator", "agency", "take").annotate(
        is_held=Exists(held)
    )


def get_final_award(key: str, *, period: str) -> Award:
    """An approved award by the key of its line.

    Raises:
        NotFound: none of that key is approved in that month.
    """
    rows = Award.objects.filter(key=key, period=period, is_final=True)
    found = rows.filter(take__taken_at__isnull=False).first()
    if found is None:
        raise NotFound(_("There is no such award."))
    return found


def list_refusals(take: Take) -> QuerySet[Refusal]:
    """Claims that were stopped, as a take has it."""
    return Refusal.objects.filter(take=take).select_related("creator", "agency")


def reason_text(reason: str) -> Any:
    """Why a claim was stopped, in a sentence."""
    return _REASONS.get(reason, reason)


def state_choices() -> list[tuple[str, Any]]:
    """States of subjects as a filter offers them."""
    return [(name, label) for name, (label, _tone) in STATES.items()]


def state_named(
    name: str, *, why: Any = "", until: datetime | None = None, tone: Tone | None = None
) -> State:
    """A state of a subject, by its name."""
    label, usual = STATES[name]
    return State(name=name, label=label, tone=tone or usual, why=why, until=until)


def state_of_award(award: Award) -> State:
    """How an award stands: met, risk review, approved, paid, taken back."""
    outcome = getattr(award, "outcome", None)
    if outcome is not None and outcome.clawed_back_minor:
        return state_named("clawed_back", why=outcome.reason)
    if outcome is not None and outcome.paid_at is not None:
        return state_named("paid", why=outcome.reference)
    if award.is_final:
        why = _("The month is closed; it is part of its statement.")
        return state_named("approved", why=why)
    if getattr(award, "is_held", False):
        return state_named("risk_review", why=reason_text("held"))
    return state_named("met", why=_("Estimated: it is approved with the month's final run."))


def view_award(award: Award, rules: Rules | None) -> AwardView:
    """An award with its name and its sentence in the reader's language."""
    row = {
        "programme_id": award.programme_id,
        "currency": award.currency,
        "conditions": json.dumps(award.conditions),
        "claim_minor": award.claim_minor,
        "award_minor": award.award_minor,
        "claim_traffic_units": award.claim_traffic_units,
        "traffic_units": award.traffic_units,
    }
    document = None
    if rules is not None:
        known = {each.id for each in rules.document.programmes}
        document = rules.document if award.programme_id in known else None
    sentence = explain_award(row, programmes=document)
    text = in_readers_language(zh=sentence.zh, en=sentence.en)
    name, _colon, rest = text.partition("：" if _is_chinese() else ": ")
    return AwardView(award=award, name=name, state=state_of_award(award), sentence=rest)


def in_readers_language(*, zh: str, en: str) -> str:
    """One of two texts."""
    return zh if _is_chinese() else en


def days_of_month(period: str) -> tuple[date, date]:
    """The first day of a month, and of the month after it."""
    year, month = (int(part) for part in period.split("-"))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")

"""The way to becoming a creator: which steps are done, and what helps with the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import (
    ChannelAccount,
    Creator,
    TermsConsent,
    Verification,
)
from wavepool.domains.people.queries.parties import payee_as_of

#: The version of the terms that creators consent to.
TERMS_VERSION: Final = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the checklist.

    Attributes:
        route: the page of the studio where it is done.
        state: "done", "waiting" for somebody else, or "open".
    """

    name: str
    title: str | Promise
    text: str | Promise
    route: str
    state: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The checklist of a creator."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def is_complete(self) -> bool:
        """Whether every step is done."""
        return self.done == self.total

    @property
    def next(self) -> Step | None:
        """The first step that the creator can do now."""
        return next((step for step in self.steps if step.state == "open"), None)


def journey_of(creator: Creator, *, at: datetime) -> Journey:
    """The checklist, computed from what stands in the store; four queries."""
    rows = Verification.objects.filter(creator=creator).values_list("state", "expires_at")
    verified = [(state, until) for state, until in rows if state in {"submitted", "approved"}]
    is_verified = any(s == "approved" and (u is None or u > at) for s, u in verified)
    in_review = any(state == "submitted" for state, _until in verified)
    payee = payee_as_of(creator.pk, at=at)
    has_channel = ChannelAccount.objects.filter(creator=creator, ended_at=None).exists()
    has_terms = TermsConsent.objects.filter(creator=creator, version=TERMS_VERSION).exists()
    return Journey(
        steps=(
            _step(
                "profile",
                _("Complete your profile"),
                _("A name and a line about what you make."),
                "profile",
                _done(bool(creator.name and creator.bio)),
            ),
            _step(
                "role",
                _("Pick your role"),
                _("It says which formats, tools and earnings fit you."),
                "profile",
                _done(bool(creator.role)),
            ),
            _step(
                "identity",
                _("Verify your identity"),
                _("We check one document; money is paid to a verified identity only."),
                "identity",
                "done" if is_verified else "waiting" if in_review else "open",
            ),
            _step(
                "payee",
                _("Name who is paid"),
                _("You, or a company of yours."),
                "payee",
                _done(payee is not None and payee.is_verified),
            ),
            _step(
                "channel",
                _("Add your first channel account"),
                _("Where people find you; accounts of an older platform can be claimed."),
                "channels",
                _done(has_channel),
            ),
            _step(
                "terms",
                _("Agree to the terms"),
                _("What you may expect of us, and we of you."),
                "terms",
                _done(has_terms),
            ),
        )
    )


def _done(is_done: bool) -> str:  # noqa: FBT001  a fact to name, no switch
    return "done" if is_done else "open"


def _step(name: str, title: Promise, text: Promise, route: str, state: str) -> Step:
    return Step(name=name, title=title, text=text, route=f"people.studio.{route}", state=state)

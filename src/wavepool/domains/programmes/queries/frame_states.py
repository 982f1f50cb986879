"""How an introduced anchor's place in the frame reads: the state, why, and until when."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes.queries.documents import end_of
from wavepool.domains.programmes.queries.frame import Anchor
from wavepool.plumbing.states import State

#: Why an anchor does not count, by the engine's name of the reason.
REASONS: Final[dict[str, Promise]] = {
    "held": _("A hold is open; the anchor counts again when it ends."),
    "no_person": _("No verified person stands behind the anchor yet."),
    "no_contract": _("Anchor and agency had no contract at the month's end."),
    "no_payee": _("Nobody is named to be paid."),
    "already_counted_for_life": _("The person is counted for another agency, once for life."),
    "lost_introduction": _("Another agency introduced this anchor earlier."),
    "earlier_introduction": _("Another agency introduced this anchor earlier."),
    "after_first_live": _("The anchor was live before the introduction."),
    "not_live_yet": _("The anchor has not been live yet."),
    "after_period": _("The introduction is younger than the month."),
    "not_eligible": _("Kind or first live day are not those of this programme."),
    "window_over": _("The programme's days are over and the conditions were not met."),
}


def frame_state(introduction: Any, anchor: Anchor, *, zone: ZoneInfo) -> State:
    """An introduction as the frame page shows it.

    Args:
        introduction: a row of `people.queries.list_introductions_with_rivals`.
        anchor: its place in the frame.
        zone: whose days count.
    """
    if introduction.state == "claimed" and introduction.rival:
        why = _("The introduction of %(agency)s was confirmed.") % {"agency": introduction.rival}
        return State(name="lost", label=_("Another agency won"), tone="error", why=why)
    if introduction.state == "objected":
        why = introduction.objection
        return State(name="contested", label=_("Contested"), tone="warning", why=why)
    if introduction.state != "won":
        return people.badge_of_introduction(introduction)
    return _won(anchor, zone)


def _won(anchor: Anchor, zone: ZoneInfo) -> State:
    why = REASONS.get(anchor.reason, "")
    until = None if anchor.until is None else end_of(anchor.until, zone)
    match anchor.state:
        case "counted":
            label = _("Counted in grade %(grade)s") % {"grade": anchor.grade}
            return State(name="counted", label=label, tone="ok")
        case "held":
            return State(name="held", label=_("Held"), tone="warning", why=why)
        case "open":
            why = why or _("Conditions are still missing.")
            return State(name="open", label=_("Under way"), tone="info", why=why, until=until)
        case "refused":
            return State(name="refused", label=_("Does not count"), tone="error", why=why)
        case _:
            why = _("The next run counts it.")
            return State(name="introduced", label=_("Introduced"), why=why)

"""What can be refused when policies are written and published."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from wavepool.domains.policies.tables import Fault
from wavepool.plumbing.errors import PlatformError


class PolicyError(PlatformError):
    """The base of these refusals."""


class DraftInvalid(PolicyError):
    """The text may not bind; `faults` says why, each with its line and field."""

    kind = "policies.draft_invalid"
    status: ClassVar[int] = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        where = _("line %(line)d, %(field)s") % {"line": first.line or 0, "field": first.field}
        said = f"{first.message} {first.detail}".strip()
        message = f"{where}: {said}" if first.line else f"{first.field}: {said}"
        super().__init__(message, pointer="/text")
        self.faults = faults


class NoLongerDraft(PolicyError):
    """It was announced or withdrawn, so nobody may change it."""

    kind = "policies.no_longer_draft"

    def __init__(self) -> None:
        super().__init__(_("This version is no longer a draft. Begin a new one."))


class DraftChanged(PolicyError):
    """Somebody else saved the draft since it was opened."""

    kind = "policies.draft_changed"
    status: ClassVar[int] = 412

    def __init__(self) -> None:
        super().__init__(_("Somebody else saved this draft since you opened it. Look again."))


class NothingChanged(PolicyError):
    """The draft says what the version in force says."""

    kind = "policies.nothing_changed"

    def __init__(self) -> None:
        super().__init__(_("This draft says the same as the version in force."))


class DraftOutdated(PolicyError):
    """Another version was published since the draft was last saved."""

    kind = "policies.draft_outdated"

    def __init__(self) -> None:
        super().__init__(
            _("Another version was published meanwhile. Compare, save the draft again, ask again.")
        )


class AnotherAnnounced(PolicyError):
    """A version of this kind is announced already; one change at a time can be followed."""

    kind = "policies.another_announced"

    def __init__(self) -> None:
        super().__init__(
            _("Another version of this policy is announced. Wait until it binds, or withdraw it.")
        )


class NoticeTooShort(PolicyError):
    """The wanted first day lies inside the public notice."""

    kind = "policies.notice_too_short"
    status: ClassVar[int] = 422

    def __init__(self, earliest: datetime) -> None:
        super().__init__(
            _("The public notice leaves this day too early; choose a later one."),
            pointer="/first_date",
        )
        self.earliest = earliest


class AlreadyInForce(PolicyError):
    """It binds, so it can only be superseded."""

    kind = "policies.already_in_force"

    def __init__(self) -> None:
        super().__init__(_("This version binds already. Publish another one in its place."))


class WithdrawalUnexplained(PolicyError):
    """A withdrawal says why: its reason is public."""

    kind = "policies.withdrawal_unexplained"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say why it is withdrawn; everybody can read it."), pointer="/reason")

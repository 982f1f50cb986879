"""What keeps a step of the village cohort from being taken."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class VillageError(PlatformError):
    """The base of refusals of the village cohort."""

    kind = "programmes.village_refused"


class NotAFarmer(VillageError):
    """The cohort is for creators of kind farmer."""

    kind = "programmes.not_a_farmer"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("The village cohort is for farmers; your role says something else."))


class AlreadyApplied(VillageError):
    """The creator is in the cohort, or waits for it."""

    kind = "programmes.already_applied"

    def __init__(self) -> None:
        super().__init__(_("You applied already."))


class WrongStage(VillageError):
    """The application is not where this can be done."""

    kind = "programmes.wrong_stage"

    def __init__(self, stage: str) -> None:
        super().__init__(_("This cannot be done at this stage; the page shows where it stands."))
        self.stage = stage


class ProofDecided(VillageError):
    """Somebody decided about it before."""

    kind = "programmes.proof_decided"

    def __init__(self) -> None:
        super().__init__(_("This was decided already."))


class ProofKnown(VillageError):
    """The same was handed in before and was not refused."""

    kind = "programmes.proof_known"

    def __init__(self) -> None:
        super().__init__(_("You handed this in already."))


class SamePerson(VillageError):
    """Who handed a proof in may not confirm it."""

    kind = "programmes.same_person"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("You handed this in; another person confirms it."))


class BadValue(VillageError):
    """A field that does not fit."""

    kind = "programmes.bad_value"
    status: ClassVar[int] = 422

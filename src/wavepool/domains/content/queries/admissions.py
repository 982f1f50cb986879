"""Reads of admission: its terms, who is admitted, and what a trial run gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models import Admission, Piece
from wavepool.plumbing.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionTerms:
    """The terms of every scene.

    Attributes:
        trial_pieces: how many published pieces a trial run asks for.
        trial_days: how long it lasts.
        review_min_ppm: the mean review grade from which it passes.
        warning_days: how long a warning leaves to cure its cause.
        waiting_days: how long a refused creator waits before the next application.
    """

    trial_pieces: int
    trial_days: int
    review_min_ppm: int
    warning_days: int
    waiting_days: int


#: Seven days' warning and fourteen days' waiting are those of 有好货; the rest is ours.
TERMS: Final = AdmissionTerms(
    trial_pieces=3, trial_days=14, review_min_ppm=800_000, warning_days=7, waiting_days=14
)
_OPEN: Final = (Admission.State.APPLIED, Admission.State.TRIAL, Admission.State.ADMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What a trial run gave so far.

    Attributes:
        published: pieces handed in during it that staff published.
        returned: pieces handed in during it that staff returned, hid or removed.
        review_ppm: the mean review grade of the published ones; None without any.
        is_passed: whether both the number and the grade are reached.
    """

    published: int
    returned: int
    review_ppm: int | None
    is_passed: bool


def admissions_of_creator(creator_id: int) -> QuerySet[Admission]:
    """Every application of a creator."""
    return Admission.objects.filter(creator_id=creator_id).select_related("creator")


def every_admission() -> QuerySet[Admission]:
    """Applications of all creators, for staff."""
    return Admission.objects.select_related("creator")


def access_admission(public_id: str, *, creator_id: int) -> Admission:
    """An application of this creator.

    Raises:
        NotFound: there is none, or it is another creator's.
    """
    found = admissions_of_creator(creator_id).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def get_admission(public_id: str) -> Admission:
    """An application of any creator, for staff.

    Raises:
        NotFound: there is none.
    """
    found = every_admission().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def find_open_admission(*, creator_id: int, scene_id: str) -> Admission | None:
    """The application that has not ended."""
    rows = Admission.objects.filter(creator_id=creator_id, scene=scene_id, state__in=_OPEN)
    return rows.first()


def may_compete(*, creator_id: int, scene_id: str, at: datetime) -> bool:
    """Whether a creator may hand in pieces for a scene with a pool: admitted, or in its trial."""
    in_trial = Q(state=Admission.State.TRIAL, trial_ends_at__gt=at)
    rows = Admission.objects.filter(creator_id=creator_id, scene=scene_id)
    return rows.filter(Q(state=Admission.State.ADMITTED) | in_trial).exists()


def waits_until(*, creator_id: int, scene_id: str, at: datetime) -> datetime | None:
    """Until when a creator whom a scene refused cannot apply again; None if it can."""
    rows = Admission.objects.filter(creator_id=creator_id, scene=scene_id, again_at__gt=at)
    found = rows.order_by("-again_at").first()
    return found.again_at if found else None


def measure_trial(admission: Admission) -> TrialResult:
    """What the pieces that were handed in during a trial run came to."""
    if admission.trial_starts_at is None or admission.trial_ends_at is None:
        return TrialResult(published=0, returned=0, review_ppm=None, is_passed=False)
    pieces = Piece.objects.filter(
        creator_id=admission.creator_id,
        scene=admission.scene,
        submitted_at__gte=admission.trial_starts_at,
        submitted_at__lt=admission.trial_ends_at,
    )
    # One that its creator hid again was judged all the same.
    shown = (Piece.State.PUBLISHED, Piece.State.HIDDEN)
    published = pieces.filter(state__in=shown, state_why="")
    count = published.count()
    grades = published.aggregate(total=Sum("review_ppm"))["total"] or 0
    review_ppm = grades // count if count else None
    return TrialResult(
        published=count,
        returned=pieces.exclude(state_why="").count(),
        review_ppm=review_ppm,
        is_passed=count >= admission.trial_pieces and (review_ppm or 0) >= TERMS.review_min_ppm,
    )

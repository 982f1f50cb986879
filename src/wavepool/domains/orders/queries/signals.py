"""What buyers went through with a shop: promises, returns, complaints, ratings, as counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum

from wavepool.domains.orders.models import Feedback, OrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Counts over lines that were paid in a span.

    Attributes:
        lines: lines paid.
        returned: of them, lines of which any money was given back.
        complained: of them, lines that somebody complained about.
        promised: of them, lines whose price was held against the 30 days before.
        promise_broken: of the promised, lines that had been cheaper.
        ratings: of them, lines that were rated.
        score_sum_ppm: sum of those ratings, each in parts per million.
    """

    lines: int
    returned: int
    complained: int
    promised: int
    promise_broken: int
    ratings: int
    score_sum_ppm: int

    @property
    def score_ppm(self) -> int | None:
        """The mean rating, rounded down; None without one."""
        return self.score_sum_ppm // self.ratings if self.ratings else None

    @property
    def return_ppm(self) -> int:
        """The share of lines with money given back."""
        return self.returned * 1_000_000 // self.lines if self.lines else 0

    @property
    def promise_kept_ppm(self) -> int | None:
        """The share of promised lines that kept the promise; None where none was."""
        if not self.promised:
            return None
        return (self.promised - self.promise_broken) * 1_000_000 // self.promised


def experience_of_shop(shop_id: int, *, since: datetime, until: datetime) -> Experience:
    """What buyers of a shop went through, of lines paid in `[since, until)`: three queries."""
    paid = OrderLine.objects.filter(
        order__shop_id=shop_id, paid_at__gte=since, paid_at__lt=until
    ).order_by()
    looked = Q(price_minor__isnull=False, lowest_price_minor__isnull=False)
    counts = paid.aggregate(
        lines=Count("pk"),
        returned=Count("pk", filter=Q(refunded_minor__gt=0)),
        promised=Count("pk", filter=looked),
        promise_broken=Count("pk", filter=looked & Q(price_minor__gt=F("lowest_price_minor"))),
    )
    said = Feedback.objects.filter(
        line__order__shop_id=shop_id, line__paid_at__gte=since, line__paid_at__lt=until
    ).order_by()
    complaints = said.filter(kind=Feedback.Kind.COMPLAINT)
    ratings = said.filter(kind=Feedback.Kind.RATING)
    rated = ratings.aggregate(ratings=Count("pk"), score_sum_ppm=Sum("score_ppm"))
    return Experience(
        **counts,
        complained=complaints.aggregate(lines=Count("line", distinct=True))["lines"],
        ratings=rated["ratings"],
        score_sum_ppm=rated["score_sum_ppm"] or 0,
    )

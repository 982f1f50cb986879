"""Key figures and the small curves beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from wavepool.site import formatting
from wavepool.site.components import values

_WIDTH: Final = 120
_HEIGHT: Final = 32
_EDGE: Final = 2


def kpi(
    *,
    label: str,
    value: Any,
    hint: str = "",
    delta_ppm: int | None = None,
    delta_label: str = "",
    spark: Sequence[int | None] = (),
    href: str = "",
    tone: str = "",
) -> dict[str, Any]:
    """A key figure.

    Args:
        label: what is measured.
        value: ready text, a whole number, `(amount_minor, currency)`, or None for not known.
        hint: its definition, or why it is not known.
        delta_ppm: its change in parts per million.
        delta_label: against what it changed.
        spark: its course, at least two values.
        href: where it can be opened.
        tone: "warning" or "error" where somebody has to act.
    """
    return {
        "label": label,
        "value": figure(value),
        "hint": hint,
        "delta": formatting.rate(delta_ppm, signed=True) if delta_ppm is not None else "",
        "delta_label": delta_label,
        "direction": _direction(delta_ppm),
        "spark": curve(spark, label=_("Course of %(name)s") % {"name": label}),
        "href": href,
        "tone": tone,
    }


def figure(value: Any) -> Any:
    """A key figure's value, ready to be shown."""
    match value:
        case None:
            return values.not_computed()
        case (int() | None) as minor, str() as currency:
            return values.money(minor, currency)
        case bool() | str():
            return value
        case int():
            return formatting.number(value)
    return value


def sparkline(course: Sequence[int | None], *, label: str = "") -> dict[str, Any]:
    """A small curve in the running text or in a cell."""
    return {"spark": curve(course, label=label)}


def curve(course: Sequence[int | None], *, label: str = "") -> dict[str, Any]:
    """The points of a small curve in a box of 120 by 32; too few values give none."""
    known = [(place, each) for place, each in enumerate(course) if each is not None]
    if len(known) < 2:
        return {"points": "", "label": label}
    low, high = min(each for _place, each in known), max(each for _place, each in known)
    span, last = (high - low) or 1, len(course) - 1
    inner_width, inner_height = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE
    points = [
        (
            f"{_EDGE + inner_width * place / last:.1f}",
            f"{_HEIGHT - _EDGE - inner_height * (each - low) / span:.1f}",
        )
        for place, each in known
    ]
    said = _("%(label)s: from %(first)s to %(last)s, lowest %(low)s, highest %(high)s") % {
        "label": label or _("Course"),
        "first": formatting.number(known[0][1]),
        "last": formatting.number(known[-1][1]),
        "low": formatting.number(low),
        "high": formatting.number(high),
    }
    return {
        "points": " ".join(",".join(point) for point in points),
        "first_x": points[0][0],
        "last_x": points[-1][0],
        "last_y": points[-1][1],
        "label": said,
    }


def _direction(delta_ppm: int | None) -> str:
    if delta_ppm is None:
        return ""
    return "rise" if delta_ppm > 0 else "fall" if delta_ppm < 0 else "same"

"""A chart: the data its script draws, and its table twin ready to be read."""

from __future__ import annotations

from functools import partial
from typing import Any

from wavepool.plumbing.charts import Chart
from wavepool.site.components import values


def chart(drawn: Chart, *, name: str) -> dict[str, Any]:
    """What the chart's partial shows; `name` is unique on the page."""
    show = _reader(drawn)
    happened = {str(mark.at): mark.label for mark in drawn.marks}
    return {
        "chart": drawn,
        "name": name,
        "name_data": f"{name}-data",
        "drawing": drawn.drawing(),
        "rows": [
            {
                "category": category,
                "cells": [show(value) for value in cells],
                "happened": happened.get(str(category), ""),
            }
            for category, cells in drawn.rows()
        ],
        "marks": drawn.marks,
        "has_estimate": any(each.is_estimate for each in drawn.series),
    }


def _reader(drawn: Chart) -> Any:
    if drawn.unit == "money":
        return partial(values.money, currency=drawn.currency)
    return values.rate if drawn.unit == "rate" else values.number

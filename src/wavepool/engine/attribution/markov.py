"""Journeys as a Markov chain: what breaks when a channel is taken out. A report, never pay.

Everything up to the counts of transitions is whole numbers; the chain itself is
solved in doubles, so a removal effect is good for about twelve digits and decides
about no money.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.relations import Relations

PATH_SEPARATOR = " > "
PATH_KEYS = ("scene_no", "class_no", "account_id", "creator_id", "piece_id")
_Whole = npt.NDArray[np.int64]


class NothingConverted(ValueError):
    """No path ends in a conversion, so nothing can be attributed."""

    def __init__(self, paths: int) -> None:
        super().__init__(f"none of {paths} paths ends in a conversion")
        self.paths = paths


class EmptyPath(ValueError):
    """A path has no touch, so no channel stands behind its conversions."""

    def __init__(self, row: int) -> None:
        super().__init__(f"path {row} has no touch")
        self.row = row


class NotAPathKey(LookupError):
    """Paths cannot be told by this column."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no paths by {key!r}; there are {', '.join(PATH_KEYS)}")
        self.key = key


class HeuristicCredit(NamedTuple):
    """Conversions of one channel under three simple rules; `linear` is exact."""

    channel: str
    first: int
    last: int
    linear: Fraction


class _Paths(NamedTuple):
    """Paths laid end to end: path r is steps[starts[r]:ends[r]]."""

    channels: list[str]
    steps: _Whole
    starts: _Whole
    ends: _Whole
    conversions: _Whole
    nulls: _Whole


def removal_effects(paths: pa.Table) -> pa.Table:
    """Share conversions by what a first-order Markov chain loses without each channel.

    Args:
        paths: path (list of text, or text joined by " > "), conversions and
            nulls (int64, ≥ 0; journeys on this path that did and did not
            convert). Rows may repeat.

    Returns:
        channel, removal_effect (float64, 0 … 1: the part of all conversions
        that pass through the channel), conversions (float64: the total, shared
        in proportion to the effects); sorted by channel.

    Raises:
        NothingConverted: no conversion in any path.
        EmptyPath: a path without a touch.

    Steps: with Q the channel-to-channel probabilities, `N = (I − Q)⁻¹`, a
    journey ever visits channel c with probability `(start·N)_c / N_cc`, and
    converts from there with `(N·r)_c`; a journey that visits a removed channel
    ends without conversion. So one inverse gives the effect of every removal.

    Source: E. Anderl and others, 2016; docs/algorithms/attribution.md.
    """
    laid = _lay_out(paths)
    total = int(laid.conversions.sum())
    if total == 0:
        raise NothingConverted(paths.num_rows)
    start, between, converts = _transitions(laid)
    visits = np.linalg.inv(np.eye(len(laid.channels)) - between)
    converting = visits @ converts
    reached = (start @ visits) / np.diag(visits)
    effects = reached * converting / (start @ converting)
    order = np.argsort(np.array(laid.channels))
    return pa.table(
        {
            "channel": pa.array([laid.channels[place] for place in order], pa.string()),
            "removal_effect": pa.array(effects[order], pa.float64()),
            "conversions": pa.array((total * effects / effects.sum())[order], pa.float64()),
        }
    )


def heuristic_credits(paths: pa.Table) -> tuple[HeuristicCredit, ...]:
    """Share conversions to the first touch, to the last, and evenly over the touches.

    Args:
        paths: as in `removal_effects`.

    Returns:
        One row per channel, sorted by channel; each rule's credits add up to
        the conversions exactly.

    Raises:
        EmptyPath: a path without a touch.

    >>> paths = pa.table({"path": ["a > b > a", "b"], "conversions": [2, 1], "nulls": [0, 5]})
    >>> for credit in heuristic_credits(paths):
    ...     print(credit.channel, credit.first, credit.last, credit.linear)
    a 2 2 4/3
    b 1 1 5/3
    """
    laid = _lay_out(paths)
    count = len(laid.channels)
    first, last = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(first, laid.steps[laid.starts], laid.conversions)
    np.add.at(last, laid.steps[laid.ends - 1], laid.conversions)
    lengths = laid.ends - laid.starts
    linear = [Fraction(0)] * count
    for length in np.unique(lengths).tolist():
        per_step = np.repeat(np.where(lengths == length, laid.conversions, 0), lengths)
        sums = np.zeros(count, np.int64)
        np.add.at(sums, laid.steps, per_step)
        linear = [
            given + Fraction(n, length) for given, n in zip(linear, sums.tolist(), strict=True)
        ]
    rows = zip(laid.channels, first.tolist(), last.tolist(), linear, strict=True)
    return tuple(sorted(HeuristicCredit(*row) for row in rows))


def path_log(rel: Relations, *, key: str, names: Mapping[Any, str] | None = None) -> pa.Table:
    """Lay out the touches behind every line of `line_touches` as a path of channels.

    Args:
        key: the column that tells channels: scene_no, class_no, account_id,
            creator_id or piece_id.
        names: what to call its values, such as scene numbers by scene id or
            creators by tier; values that are not named keep their own text.

    Returns:
        path (list of text, earliest touch first), conversions (1 each), nulls
        (0 each): this log holds journeys that ended in an order, no others. A
        removal effect on it is the share of orders that pass by a channel.

    Raises:
        NotAPathKey: another column.
    """
    if key not in PATH_KEYS:
        raise NotAPathKey(key)
    rows = rel.fetch(
        f"select t.line_id as line_id, t.{key} as channel from line_touches as t "
        "order by t.line_id, t.touched_at, t.touch_id"
    )
    lines = rows.column("line_id").combine_chunks().dictionary_encode().indices.to_numpy()
    starts = np.flatnonzero(np.diff(lines, prepend=-1))
    encoded = rows.column("channel").combine_chunks().dictionary_encode()
    called = names or {}
    words = [called.get(value, str(value)) for value in encoded.dictionary.to_pylist()]
    steps = pa.array(words, pa.string()).take(encoded.indices)
    offsets = pa.array(np.append(starts, len(lines)), pa.int32())
    return pa.table(
        {
            "path": pa.ListArray.from_arrays(offsets, steps),
            "conversions": pa.array(np.ones(len(starts), np.int64)),
            "nulls": pa.array(np.zeros(len(starts), np.int64)),
        }
    )


def _lay_out(paths: pa.Table) -> _Paths:
    column = paths.column("path").combine_chunks()
    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        # An empty text would split into one channel without a name.
        split = pc.split_pattern(column, PATH_SEPARATOR)
        column = pc.if_else(pc.equal(column, ""), pa.scalar([], split.type), split)
    lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
    if (lengths == 0).any():
        raise EmptyPath(int(np.flatnonzero(lengths == 0)[0]))
    encoded = column.flatten().dictionary_encode()
    ends = np.cumsum(lengths, dtype=np.int64)
    return _Paths(
        channels=encoded.dictionary.to_pylist(),
        steps=encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        starts=ends - lengths,
        ends=ends,
        conversions=_whole(paths, "conversions"),
        nulls=_whole(paths, "nulls"),
    )


def _whole(paths: pa.Table, name: str) -> _Whole:
    counts: _Whole = paths.column(name).to_numpy().astype(np.int64)
    return counts


def _transitions(
    laid: _Paths,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Probabilities: start to channel, channel to another channel, channel to conversion."""
    count = len(laid.channels)
    journeys = laid.conversions + laid.nulls
    start, converts, ends = (np.zeros(count, np.int64) for _ in range(3))
    np.add.at(start, laid.steps[laid.starts], journeys)
    np.add.at(converts, laid.steps[laid.ends - 1], laid.conversions)
    np.add.at(ends, laid.steps[laid.ends - 1], journeys)
    weights = np.repeat(journeys, laid.ends - laid.starts)
    is_inner = np.ones(len(laid.steps), dtype=bool)
    is_inner[laid.ends - 1] = False
    inner = np.flatnonzero(is_inner)
    between = np.zeros((count, count), np.int64)
    np.add.at(between, (laid.steps[inner], laid.steps[inner + 1]), weights[inner])
    # A step from a channel to itself changes no probability of ever getting anywhere.
    np.fill_diagonal(between, 0)
    # A channel of journeys that never happened (no conversion, no null) leads nowhere.
    leaving = np.maximum(between.sum(axis=1) + ends, 1)
    return start / start.sum(), between / leaving[:, None], converts / leaving

"""Hard links: who shares a device, an account or a name with whom, and by which rows."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.integrity.kcore import Ints, adjacency, components

STRONG_KINDS = ("device", "pay_account", "payout_account", "self")
"""Kinds that tie two identities. An address never does: a household shares one."""

_LINK_COLUMNS = ("left_id", "right_id", "kind", "seen_at")


@dataclass(frozen=True)
class LinkGraph:
    """Strong identity links with their rows; nodes are numbered in text order.

    `pairs` maps the two ends of a link, lower first, to its first row of evidence.
    """

    nodes: tuple[str, ...]
    number: Mapping[str, int]
    left: Ints
    right: Ints
    pairs: Mapping[tuple[int, int], tuple[str, str, str, int]]


def linked_groups(links: pa.Table) -> pa.Table:
    """Group the identities that strong links join, directly or through others.

    Args:
        links: left_id, right_id (text with a prefix, as `buyer:12`), kind, seen_at
            (epoch ms); rows may repeat. Kind `address` joins nobody.

    Returns:
        node, group (text: the first node of the group in text order); one row per
        node that a strong link names, sorted by node. The same for any row order.
    """
    graph = link_graph(links)
    roots = components(len(graph.nodes), graph.left, graph.right)
    names = pa.array(graph.nodes, type=pa.string())
    return pa.table({"node": names, "group": names.take(pa.array(roots))})


def link_graph(links: pa.Table) -> LinkGraph:
    """Keep the strong links of a table as a graph; loops are dropped.

    Args:
        links: left_id, right_id, kind, seen_at; rows may repeat.
    """
    strong = links.filter(pc.is_in(links["kind"], value_set=pa.array(STRONG_KINDS, pa.string())))
    strong = strong.filter(pc.not_equal(strong["left_id"], strong["right_id"]))
    columns = [strong[name].to_pylist() for name in _LINK_COLUMNS]
    rows = sorted(set(zip(*columns, strict=True)))
    nodes = tuple(sorted({row[0] for row in rows} | {row[1] for row in rows}))
    number = {node: index for index, node in enumerate(nodes)}
    pairs: dict[tuple[int, int], tuple[str, str, str, int]] = {}
    for row in rows:
        ends = sorted((number[row[0]], number[row[1]]))
        pairs.setdefault((ends[0], ends[1]), row)
    ends_of = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return LinkGraph(nodes, number, ends_of[:, 0], ends_of[:, 1], pairs)


def shortest_paths(
    graph: LinkGraph, pairs: Iterable[tuple[str, str]], *, max_links: int
) -> dict[tuple[str, str], tuple[int, str]]:
    """Find the shortest chain of links between pairs of identities.

    Args:
        pairs: (from, to) node names; unknown names have no chain.
        max_links: longer chains are left out.

    Returns:
        (from, to) → number of links and the links as compact JSON text: a list of
        [left_id, right_id, kind, seen_at] in the order of the chain. Among chains
        of one length, the one through earlier nodes in text order.
    """
    near = adjacency(len(graph.nodes), graph.left, graph.right)
    wanted: dict[str, list[str]] = {}
    for start, goal in sorted(set(pairs)):
        wanted.setdefault(goal, []).append(start)
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for goal, starts in wanted.items():
        if goal not in graph.number:
            continue
        towards = _steps_towards(near.starts, near.ends, graph.number[goal], max_links)
        for start in starts:
            place = graph.number.get(start)
            if place is not None and place in towards:
                chain = _chain(graph, towards, place)
                found[start, goal] = (len(chain), json.dumps(chain, separators=(",", ":")))
    return found


def _steps_towards(starts: Ints, ends: Ints, goal: int, max_links: int) -> dict[int, int]:
    """Map each node within reach of the goal to its next node on the way there."""
    towards = {goal: goal}
    queue = deque([(goal, 0)])
    while queue:
        place, distance = queue.popleft()
        if distance == max_links:
            continue
        for node in ends[starts[place] : starts[place + 1]].tolist():
            if node not in towards:
                towards[node] = place
                queue.append((node, distance + 1))
    return towards


def _chain(
    graph: LinkGraph, towards: Mapping[int, int], place: int
) -> list[tuple[str, str, str, int]]:
    chain = []
    while towards[place] != place:
        onward = towards[place]
        chain.append(graph.pairs[min(place, onward), max(place, onward)])
        place = onward
    return chain

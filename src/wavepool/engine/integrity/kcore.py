"""Core numbers of an undirected graph, by peeling whole layers of nodes at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Adjacency(NamedTuple):
    """Both directions of every edge, grouped by node: `ends[starts[i]:starts[i + 1]]`."""

    starts: Ints
    ends: Ints


def core_numbers(nodes: int, left: Ints, right: Ints) -> Ints:
    """Give each node the largest k for which it lies in a subgraph of minimum degree k.

    Args:
        nodes: number of nodes; ids are 0 … nodes − 1.
        left, right: shape (m,), the two ends of each edge; every edge once, no loops.

    Returns:
        Core numbers, shape (nodes,); a node without edges has 0. The result does
        not depend on the order of the edges.

    Source: Batagelj and Zaveršnik, "An O(m) algorithm for cores decomposition of
    networks" (2003), with nodes of one layer removed together; docs/algorithms/integrity.md.

    >>> core_numbers(5, np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])).tolist()
    [2, 2, 2, 1, 0]
    """
    graph = adjacency(nodes, left, right)
    degree = np.diff(graph.starts)
    core = np.zeros(nodes, dtype=np.int64)
    alive = degree > 0
    level = 0
    while alive.any():
        level = max(level, int(degree[alive].min()))
        layer = np.flatnonzero(alive & (degree <= level))
        while layer.size:
            core[layer] = level
            alive[layer] = False
            touched = _neighbours(graph, layer)
            touched = touched[alive[touched]]
            degree -= np.bincount(touched, minlength=nodes)
            layer = np.unique(touched[degree[touched] <= level])
    return core


def components(nodes: int, left: Ints, right: Ints) -> Ints:
    """Give each node the lowest node id that its edges lead to, directly or through others.

    Union-find over whole columns: every round hooks the higher root of an edge
    under the lower one, then lets each node point at its root. Lowest wins, so
    the result does not depend on the order of the edges.

    Args:
        nodes: number of nodes; ids are 0 … nodes − 1.
        left, right: shape (m,); rows may repeat, loops are allowed.

    Returns:
        Lowest id of each node's component, shape (nodes,).

    >>> components(5, np.array([3, 1]), np.array([4, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    root = np.arange(nodes, dtype=np.int64)
    while True:
        one, other = root[left], root[right]
        apart = one != other
        if not apart.any():
            return root
        low = np.minimum(one[apart], other[apart])
        high = np.maximum(one[apart], other[apart])
        np.minimum.at(root, high, low)
        root = _flattened(root)


def adjacency(nodes: int, left: Ints, right: Ints) -> Adjacency:
    """Group both directions of every edge by node, each node's neighbours ascending."""
    heads = np.concatenate([left, right])
    tails = np.concatenate([right, left])
    order = np.lexsort((tails, heads))
    starts = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(heads, minlength=nodes), out=starts[1:])
    return Adjacency(starts=starts, ends=tails[order].astype(np.int64))


def _neighbours(graph: Adjacency, layer: Ints) -> Ints:
    begins = graph.starts[layer]
    sizes = graph.starts[layer + 1] - begins
    before = np.cumsum(sizes) - sizes
    return graph.ends[np.repeat(begins - before, sizes) + np.arange(int(sizes.sum()))]


def _flattened(root: Ints) -> Ints:
    while True:
        higher = root[root]
        if np.array_equal(higher, root):
            return root
        root = higher

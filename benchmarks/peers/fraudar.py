"""A peer for ring detection: densest subgraph with FRAUDAR's weights, peeled in batches.

The objective is that of Hooi et al., "FRAUDAR: Bounding graph fraud in the face of
camouflage" (KDD 2016): the sum of edge weights inside a set of buyers and payees, over the
size of the set, where an edge weighs 1 / ln(payee's degree + 5). The search removes all
nodes below (1 + epsilon) times the average weight at once, as Bahmani et al. (VLDB 2012) do.
Written for comparison only; the engine never reads it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def flag_buyers(buyers: Ints, payees: Ints, *, epsilon: float = 0.1) -> Ints:
    """Return the buyers of the densest block of a purchase graph.

    Args:
        buyers, payees: shape (m,), the ends of each purchase; repeats count once.
        epsilon: how far above the average a batch reaches; smaller is slower and tighter.

    Returns:
        The ids of the flagged buyers, ascending.

    >>> flag_buyers(np.array([1, 1, 2, 2, 3]), np.array([8, 9, 8, 9, 7])).tolist()
    [1, 2]
    """
    edges = np.unique(np.stack([buyers, payees]), axis=1)
    buyer_ids, rows = np.unique(edges[0], return_inverse=True)
    payee_ids, columns = np.unique(edges[1], return_inverse=True)
    columns = columns + len(buyer_ids)
    nodes = len(buyer_ids) + len(payee_ids)
    weight = 1.0 / np.log(np.bincount(columns, minlength=nodes)[columns] + 5.0)
    kept = _densest(rows, columns, weight, nodes=nodes, epsilon=epsilon)
    return buyer_ids[kept[: len(buyer_ids)]]


def _densest(
    rows: Ints, columns: Ints, weight: NDArray[np.float64], *, nodes: int, epsilon: float
) -> NDArray[np.bool_]:
    alive = np.ones(nodes, dtype=bool)
    best, best_density = alive.copy(), -1.0
    while alive.any():
        inside = alive[rows] & alive[columns]
        rows, columns, weight = rows[inside], columns[inside], weight[inside]
        density = float(weight.sum()) / int(alive.sum())
        if density > best_density:
            best, best_density = alive.copy(), density
        mass = np.bincount(rows, weight, nodes) + np.bincount(columns, weight, nodes)
        alive &= mass > 2.0 * (1.0 + epsilon) * density
    return best

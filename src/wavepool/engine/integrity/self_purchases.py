"""Self-purchase: order lines whose buyer and winner are tied by hard links."""

from __future__ import annotations

import pyarrow as pa

from wavepool.engine.integrity.links import link_graph, linked_groups, shortest_paths
from wavepool.engine.relations import Relations, step_sql

MAX_PATH_LINKS = 4

_PATHS = pa.schema(
    [
        ("buyer_node", pa.string()),
        ("winner_node", pa.string()),
        ("path_links", pa.int64()),
        ("evidence", pa.string()),
    ]
)


def find_self_purchases(rel: Relations, *, max_path_links: int = MAX_PATH_LINKS) -> pa.Table:
    """List the order lines whose buyer is, by strong identity links, the one who earns on them.

    Reads the relations `credits` (line_id unique, buyer_id, payee_id?, creator_id?,
    shop_id, outcome, currency, direct_minor, pool_minor) and `identity_links`
    (left_id, right_id, kind, seen_at). The winner is the line's payee or creator;
    the shop too where its own host won. A shared address ties nobody, alone or as
    part of a chain. A link counts whenever it was seen, before the order or after.

    Args:
        max_path_links: longest chain that counts as evidence; 2 is one shared device
            or account, 4 leads through one further identity.

    Returns:
        line_id, buyer_id, payee_id, creator_id, shop_id, currency, direct_minor,
        pool_minor, linked_to (node), path_links, evidence (compact JSON list of
        [left_id, right_id, kind, seen_at]); one row per line, sorted by line_id.
        Of several tied winners the payee stands before the creator before the shop.
        Changes no input. Source: docs/algorithms/integrity.md.
    """
    links = rel.fetch("select left_id, right_id, kind, seen_at from identity_links")
    groups = linked_groups(links)
    rel.put("integrity_groups", groups.rename_columns(["node", "group_node"]))
    suspects = step_sql(__package__, "self_purchase_suspects", dialect=rel.dialect)
    rel.table("integrity_suspects", suspects)
    rel.put("integrity_paths", _paths(rel, links, max_path_links))
    return rel.fetch(step_sql(__package__, "self_purchases", dialect=rel.dialect))


def _paths(rel: Relations, links: pa.Table, max_path_links: int) -> pa.Table:
    ends = rel.fetch("select distinct buyer_node, winner_node from integrity_suspects")
    pairs = zip(ends["buyer_node"].to_pylist(), ends["winner_node"].to_pylist(), strict=True)
    found = shortest_paths(link_graph(links), pairs, max_links=max_path_links)
    rows = [(*pair, length, text) for pair, (length, text) in sorted(found.items())]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _PATHS]
    return pa.table(columns, schema=_PATHS)

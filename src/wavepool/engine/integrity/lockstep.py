"""Lockstep groups: buyers who keep meeting at different payees more than chance allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wavepool.engine.integrity.buckets import STRATUM_FILL, BucketShape, lay_buckets
from wavepool.engine.integrity.kcore import Ints, components, core_numbers
from wavepool.engine.integrity.rings import ring_payees, suspect_meetings
from wavepool.engine.relations import Relations, step_sql

Mask = NDArray[np.bool_]

FEWEST_PERMUTATIONS = 19
FEWEST_HOUSES = 3
# Bounds the memory of one pair count: about 1 GB of hash table at a bucket cap of 100.
_PAIRS_PER_SLICE = 20_000_000


class TooFewPermutations(ValueError):
    """With fewer than 19 permutations a chance of one in twenty cannot be promised."""

    def __init__(self, permutations: int) -> None:
        super().__init__(
            f"{permutations} permutations: at least {FEWEST_PERMUTATIONS} are needed to keep "
            "the chance of any false flag at 1 in 20"
        )
        self.permutations = permutations


@dataclass(frozen=True)
class LockstepResult:
    """Flagged buyers with their evidence, and the calibration that flagged them.

    Attributes:
        groups: group_id (its lowest buyer_id), buyers, payees (held ones), core_max,
            null_max, sorted by group_id.
        evidence: buyer_id, group_id, core, null_max, partners, co_sessions, payees,
            houses (where it met its fellow suspects beyond chance), sorted by buyer_id.
        payees: group_id, payee_id, ring_purchases, purchases, met_pairs,
            expected_micro (10⁻⁶ pairs), is_held, sorted by group_id and payee_id.
        observed_core: largest core number of the data as it is.
        null_cores: largest core number of each permutation, in order.
    """

    groups: pa.Table
    evidence: pa.Table
    payees: pa.Table
    observed_core: int
    null_cores: tuple[int, ...]

    @property
    def null_max(self) -> int:
        """Largest core number that chance reached."""
        return max(self.null_cores)


class _Links(NamedTuple):
    """Links between buyers: `nodes` are buyer numbers, the ends are places in `nodes`."""

    nodes: Ints
    left: Ints
    right: Ints
    core: Ints


def find_lockstep_groups(
    rel: Relations,
    *,
    bucket_ms: int,
    bucket_cap: int,
    permutations: int,
    seed: int,
    stratum_fill: int = STRATUM_FILL,
    fewest_houses: int = FEWEST_HOUSES,
    contracts: str | None = None,
) -> LockstepResult:
    """Flag buyers whose meetings at different payees form a denser core than chance ever does.

    Reads the relation `credits`: line_id, buyer_id, payee_id?, creator_id, session_id?,
    paid_at (epoch ms), outcome (only `direct` and `indirect` count). Two buyers are
    linked when they bought in the same bucket at payees of at least two houses; a
    house is an agency where contracts are given, else a payee. The links' k-core is
    compared with the cores of the same data after the bucket labels are dealt anew
    within each payee and UTC day (or few days, see `stratum_fill`). A buyer above every
    such core is flagged if it met its fellow suspects beyond chance at enough houses.

    Args:
        bucket_ms: length of a window outside sessions and inside large ones, >= 10.
        bucket_cap: buckets with more purchases are divided, then skipped, >= 2.
        permutations: number of deals, >= 19.
        seed: chooses the deals; one seed gives one result on any number of threads.
        stratum_fill: a payee's days are joined until they hold this many purchases, >= 1;
            1 deals within each day alone and sees little at small payees.
        fewest_houses: houses where a flagged buyer must have met other suspects more than
            chance explains; 3 spares bystanders, 2 also sees rings of two payees.
        contracts: name of a registered relation creator_id, agency_id, valid_from,
            valid_to?; None where unknown.

    Raises:
        TooFewPermutations: fewer than 19.
        NoSuchBuckets: bucket_ms, bucket_cap or stratum_fill below its bound.

    Guarantee: if the labels are exchangeable within a stratum, any buyer at all is
    flagged with probability at most 1 / (permutations + 1). Runs on DuckDB only.
    Source: docs/algorithms/integrity.md.
    """
    if permutations < FEWEST_PERMUTATIONS:
        raise TooFewPermutations(permutations)
    shape = BucketShape(bucket_ms=bucket_ms, bucket_cap=bucket_cap, stratum_fill=stratum_fill)
    lay_buckets(rel, shape, contracts=contracts)
    null_cores = []
    for deal in range(1, permutations + 1):
        _place_members(rel, "members_permuted", seed=seed, round=deal)
        null_cores.append(_largest(_links(rel)))
    _place_members(rel, "members")
    links = _links(rel)
    _flag(rel, links, above=max(null_cores), fewest_houses=fewest_houses)
    payees = ring_payees(rel)
    evidence = _evidence(rel, null_max=max(null_cores))
    groups = _groups(rel, payees, null_max=max(null_cores))
    return LockstepResult(groups, evidence, payees, _largest(links), tuple(null_cores))


def viewer_trust(result: LockstepResult) -> pa.Table:
    """Give every flagged buyer a trust of zero, for a later run to use while the hold stands.

    Returns:
        viewer_id, trust_ppm (0), sorted by viewer_id.
    """
    viewers = result.evidence["buyer_id"]
    zeros = pa.array(np.zeros(len(viewers), dtype=np.int64))
    return pa.table({"viewer_id": viewers, "trust_ppm": zeros})


def _place_members(rel: Relations, step: str, **parameters: int) -> None:
    sql = step_sql(__package__, step, dialect=rel.dialect, **parameters)
    rel.table("integrity_members", sql)


def _links(rel: Relations) -> _Links:
    sizes = rel.fetch(
        "select coalesce(cast(sum(t.n * (t.n - 1) // 2) as bigint), 0) as pairs, "
        "coalesce(max(t.top), 0) as top from (select count(*) as n, max(m.buyer_no) as top "
        "from integrity_members m group by m.bucket_no) t"
    ).to_pylist()[0]
    span = int(sizes["top"]) + 1
    slices = 1 + int(sizes["pairs"]) // _PAIRS_PER_SLICE
    parts = [_pairs(rel, span=span, slices=slices, slice=part) for part in range(slices)]
    pairs = np.sort(np.concatenate(parts))
    ends = np.concatenate([pairs // span, pairs % span])
    nodes, places = np.unique(ends, return_inverse=True)
    left, right = places[: len(pairs)], places[len(pairs) :]
    return _Links(nodes, left, right, core_numbers(len(nodes), left, right))


def _pairs(rel: Relations, **parameters: int) -> Ints:
    sql = step_sql(__package__, "pair_links", dialect=rel.dialect, **parameters)
    column: Ints = rel.fetch(sql)["pair"].to_numpy().astype(np.int64)
    return column


def _largest(links: _Links) -> int:
    return int(links.core.max(initial=0))


def _flag(rel: Relations, links: _Links, *, above: int, fewest_houses: int) -> None:
    """Register the flagged buyers and the links among them."""
    _register(rel, links, links.core > above)
    rel.put("integrity_suspects_met", suspect_meetings(rel))
    met = rel.fetch("select buyer_no, houses from integrity_suspects_met")
    kept = met["buyer_no"].to_numpy()[met["houses"].to_numpy() >= fewest_houses]
    flagged = np.isin(links.nodes, kept)
    inside = flagged[links.left] & flagged[links.right]
    linked = np.zeros(len(links.nodes), dtype=bool)
    linked[links.left[inside]] = True
    linked[links.right[inside]] = True
    _register(rel, links, linked)


def _register(rel: Relations, links: _Links, flagged: Mask) -> None:
    inside = flagged[links.left] & flagged[links.right]
    left, right = links.left[inside], links.right[inside]
    roots = components(len(links.nodes), left, right)
    buyers = {"buyer_no": links.nodes, "group_no": links.nodes[roots], "core": links.core}
    rel.put("integrity_flagged", pa.table({k: pa.array(v[flagged]) for k, v in buyers.items()}))
    ends, partners = np.concatenate([left, right]), np.concatenate([right, left])
    both = {"buyer_no": pa.array(links.nodes[ends]), "partner_no": pa.array(links.nodes[partners])}
    rel.put("integrity_flagged_links", pa.table(both))


def _evidence(rel: Relations, *, null_max: int) -> pa.Table:
    meetings = step_sql(__package__, "meetings", dialect=rel.dialect)
    rel.table("integrity_meetings", meetings)
    return rel.fetch(step_sql(__package__, "evidence", dialect=rel.dialect, null_max=null_max))


def _groups(rel: Relations, payees: pa.Table, *, null_max: int) -> pa.Table:
    rel.put("integrity_ring_payees", payees)
    return rel.fetch(step_sql(__package__, "groups", dialect=rel.dialect, null_max=null_max))

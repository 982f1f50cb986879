"""A seeded search for partitions of a payee's events that pay more than one account."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.sharing.attacks.markets import (
    INFLUENCE,
    MARKET_SHAPES,
    RAW,
    EventTable,
    Market,
    accounts_of,
    seeded_market,
)
from wavepool.engine.sharing.attacks.rules import RULES, Rule
from wavepool.engine.sharing.whole_columns import PPM

Labels: TypeAlias = npt.NDArray[np.int64]
Pay = Callable[[EventTable], int]

_ACCOUNTS_MAX = 5
_RANDOM_TRIES = 12
_CLIMB_STEPS = 60
_MERGE_PARTNERS = 12
_DUST_COUNTS = (2, 5, 13, 34, 60, 75, 85, 95, 105, 115, 125, 135, 140, 145, 148)


class AttackResult(NamedTuple):
    """The best that any attack achieved against one rule.

    Gains are in ppm of what the payees earn honestly; a negative gain means
    that every attack lost. `attack` is the partition that did best, `market`
    the shape in which it did; merging joins two different payees.
    """

    rule: str
    split_gain_ppm: int
    attack: str
    market: str
    merge_gain_ppm: int


def search_attacks(
    *, seed: int, rounds: int, rules: tuple[Rule, ...] = RULES
) -> tuple[AttackResult, ...]:
    """Attack every rule with the same markets, and report the best gain found.

    Partitions tried: random, greedy (event by event), hill climbing, dust (many
    even accounts), quarantine (the worst audiences apart). Merging with a rival
    is tried apart, because it is another promise.

    Args:
        seed: of the generator; the same seed gives the same table.
        rounds: markets of each shape; more rounds search longer.
        rules: the rules to attack.

    Returns:
        One row per rule, in the order of `rules`.

    Guarantee: a search shows a gain where it finds one; only the proof in
    docs/algorithms/value.md and pool.md says that none exists for our rule.
    """
    best = {rule.name: AttackResult(rule.name, -PPM, "none", "none", -PPM) for rule in rules}
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        for shape in MARKET_SHAPES:
            market = seeded_market(rng, shape=shape)
            for rule in rules:
                found = _attacked(rule, market, rng=rng)
                best[rule.name] = _better(best[rule.name], found)
    return tuple(best.values())


def _better(old: AttackResult, new: AttackResult) -> AttackResult:
    split = new if new.split_gain_ppm > old.split_gain_ppm else old
    return split._replace(merge_gain_ppm=max(old.merge_gain_ppm, new.merge_gain_ppm))


def _attacked(rule: Rule, market: Market, *, rng: np.random.Generator) -> AttackResult:
    rival_values = rule.values(market.rivals, market.rivals)

    def pay(accounts: EventTable) -> int:
        values = rule.values(accounts, market.rivals)
        return sum(rule.shares(market.pool_micro, values + rival_values)[: len(values)])

    honest = pay(market.events.sum(axis=0, keepdims=True))
    split_gain_ppm, attack = -PPM, "none"
    for name, labels in _partitions(market, pay, rng=rng):
        accounts = accounts_of(market.events, labels)
        if len(accounts) == 1 or honest == 0:
            continue
        gain_ppm = (pay(accounts) - honest) * PPM // honest
        if gain_ppm > split_gain_ppm:
            split_gain_ppm, attack = gain_ppm, name
    merge_gain_ppm = _best_merge(rule, market, rival_values)
    return AttackResult(rule.name, split_gain_ppm, attack, market.shape, merge_gain_ppm)


def _partitions(
    market: Market, pay: Pay, *, rng: np.random.Generator
) -> Iterator[tuple[str, Labels]]:
    rows = len(market.events)
    for _ in range(_RANDOM_TRIES):
        yield "random", rng.integers(0, rng.integers(2, _ACCOUNTS_MAX + 1), size=rows)
    for accounts in (count for count in _DUST_COUNTS if count <= rows):
        yield "dust", np.arange(rows) % accounts
    yield from (("quarantine", labels) for labels in _quarantines(market.events))
    if market.shape != "dust":
        yield "greedy", _greedy(market.events, pay)
        yield "hill climbing", _climbed(market.events, pay, rng=rng)


def _quarantines(events: EventTable) -> Iterator[Labels]:
    """Put the worst part of the audience apart, by each dimension and by all three."""
    raw = events[:, RAW] * 1000 // events[:, [INFLUENCE]]
    for score in (raw[:, 0], raw[:, 1], raw[:, 2], raw.sum(axis=1)):
        order = np.argsort(score, kind="stable")
        for part in (1, 2, 3, 4, 5, 6, 7):
            labels = np.zeros(len(events), dtype=np.int64)
            labels[order[: len(events) * part // 8]] = 1
            yield labels


def _greedy(events: EventTable, pay: Pay) -> Labels:
    """Place event after event where the accounts so far earn most."""
    labels = np.zeros(len(events), dtype=np.int64)
    for row in range(1, len(events)):
        highest = min(int(labels[:row].max()) + 1, _ACCOUNTS_MAX - 1)
        offers = []
        for account in range(highest + 1):
            labels[row] = account
            offers.append((pay(accounts_of(events[: row + 1], labels[: row + 1])), -account))
        labels[row] = -max(offers)[1]
    return labels


def _climbed(events: EventTable, pay: Pay, *, rng: np.random.Generator) -> Labels:
    """Move one event at a time from a random start, and keep what does not lose."""
    labels = rng.integers(0, 3, size=len(events))
    earned = pay(accounts_of(events, labels))
    for _ in range(_CLIMB_STEPS):
        row, account = int(rng.integers(len(events))), int(rng.integers(_ACCOUNTS_MAX))
        before, labels[row] = int(labels[row]), account
        now = pay(accounts_of(events, labels))
        if now >= earned:
            earned = now
        else:
            labels[row] = before
    return labels


def _best_merge(rule: Rule, market: Market, rival_values: list[int]) -> int:
    """Join every pair of some rivals: two payees that pretend to be one."""
    apart = rule.shares(market.pool_micro, rival_values)
    best = -PPM
    for one, other in combinations(range(_MERGE_PARTNERS), 2):
        honest = apart[one] + apart[other]
        joined = market.rivals[[one, other]].sum(axis=0, keepdims=True)
        others = [value for row, value in enumerate(rival_values) if row not in (one, other)]
        values = rule.values(joined, market.rivals) + others
        together = rule.shares(market.pool_micro, values)[0]
        if honest:
            best = max(best, (together - honest) * PPM // honest)
    return best

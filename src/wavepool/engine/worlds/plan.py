"""What a seeded world is made of: every knob, its default and where the default comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

PPM = 1_000_000
TOUCHES_MIN = 1_000
TOUCHES_MAX = 100_000_000
FARM_SEATS = (19, 59, 79)  # of every hundred creators
VILLAGE_SESSION_LINES = 7


class WorldPlanInvalid(ValueError):
    """A knob of the plan is out of its range.

    Attributes: name, value, rule.
    """

    def __init__(self, name: str, *, value: object, rule: str) -> None:
        super().__init__(f"world plan: {name} = {value!r}, but {rule}")
        self.name = name
        self.value = value
        self.rule = rule


@dataclass(frozen=True)
class WorldPlan:
    """Every knob of a world. Amounts are integers; shares are parts per million.

    Raises:
        WorldPlanInvalid: a knob is out of range.
    """

    touches: int = 1_000_000  # exact number of rows of `touches`
    seed: int = 7
    start: str = "2022-09"  # first month, in Asia/Shanghai; the shipped programmes cover 2022
    months: int = 3
    creators: int | None = None  # default: one per 1,000 touches (100,000 at 10^8)
    shops: int | None = None  # default: one per five creators
    lines: int | None = None  # order lines; default: see `sizes_of`; at most a tenth of the touches

    # Shares of order lines.
    sniped_ppm: int = 30_000  # an injected last-second touch; 250,000 is the benchmark of snipers
    organic_ppm: int = 150_000  # bought without any content
    ring_ppm: int = 20_000  # brushed lines
    self_ppm: int = 3_000  # bought by someone linked to the payee
    farm_ppm: int = 210_000  # at most this share is sold in farmers' rooms

    # Journeys. Together they give naive last touch a distance of about .15 to the truth on a
    # clean market, the published .146 of the reference simulator; see README.md.
    caused_earlier_ppm: int = 280_000  # an earlier touch, not the last, made the buyer buy
    glance_ppm: int = 40_000  # last touches shorter than the dwell rule
    sniper_dwell_ppm: int = 170_000  # snipers patient or clever enough to pass the dwell rule

    # Rings. A crew works for a few days at the beginning of a month, to lift its payees before
    # the festival of that month; its payees sell honestly as well.
    ring_orders: int = 12  # brushed orders of one ring buyer; ten is the stated limit of detection
    ring_days: int = 8
    ring_together_ppm: int = 700_000  # of them placed in one shared five-minute bucket
    ring_camouflage: int = 4  # normal orders per brushed order of a ring buyer

    # Bots: share of all touches.
    bot_always_ppm: int = 6_000
    bot_burst_ppm: int = 4_000
    refund_late_ppm: int = 60_000  # of refunds, after the line was settled

    # Village rooms: 2,300,000 sessions of 110,000 anchors = 20.9 each; CNY 5,000,000,000 over
    # 2,300,000 sessions = CNY 2,174 each (published totals of three years).
    village_sessions: int = 21
    village_session_minor: int = 217_000
    truth_replicas: int = 8  # redraws behind truth_values; the noise left is a third of one world's
    truth_values_max_touches: int = 5_000_000  # larger worlds come without truth_values
    part_touches: int = 2_000_000  # per file of touches; bounds memory
    subsidy_minor_per_touch: int = 4  # platform subsidy of the big pool over the whole season

    def __post_init__(self) -> None:
        self._check("touches", TOUCHES_MIN, TOUCHES_MAX)
        self._check("seed", 0, 2**31 - 1)
        self._check("months", 1, 12)
        self._check("ring_orders", 2, 64)
        self._check("truth_replicas", 1, 64)
        self._check("part_touches", 1_000, 10_000_000)
        self._check("ring_camouflage", 0, 8)
        self._check("ring_days", 1, 27)
        self._check("village_sessions", 1, 1_000)
        for name in ("creators", "shops"):
            if getattr(self, name) is not None:
                self._check(name, 30, 20_000_000)
        if self.lines is not None:
            self._check("lines", 60, self.touches // 10)
        for name in (name for name in self.__dataclass_fields__ if name.endswith("_ppm")):
            self._check(name, 0, PPM)
        if self.organic_ppm + self.ring_ppm + self.self_ppm + self.farm_ppm > 900_000:
            raise WorldPlanInvalid(
                "organic_ppm + ring_ppm + self_ppm + farm_ppm",
                value=self.organic_ppm + self.ring_ppm + self.self_ppm + self.farm_ppm,
                rule="at most 900000, so that ordinary journeys remain",
            )

    def _check(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if not low <= value <= high:
            raise WorldPlanInvalid(name, value=value, rule=f"{low} <= {name} <= {high}")


def honest_plan(plan: WorldPlan | None = None) -> WorldPlan:
    """The same market without snipers, rings, bots and self-purchases.

    Split accounts, anchor farmers and refunders keep their rows; they do no order-level harm.
    """
    return replace(
        plan or WorldPlan(),
        sniped_ppm=0,
        ring_ppm=0,
        self_ppm=0,
        bot_always_ppm=0,
        bot_burst_ppm=0,
    )


def sniped_plan(plan: WorldPlan | None = None) -> WorldPlan:
    """The benchmark of snipers: a quarter of all orders carries an injected last touch."""
    return replace(plan or WorldPlan(), sniped_ppm=250_000)


@dataclass(frozen=True)
class Sizes:
    """Row counts that follow from a plan; see `sizes_of`."""

    viewers: int
    creators: int
    shops: int
    items: int
    agencies: int
    stills: int
    lines: int
    farmers: int
    sessions_max: int
    village_sessions: int
    rings: int
    ring_creators: int
    ring_buyers: int
    ring_lines: int
    self_lines: int
    farm_lines: int
    organic_lines: int
    journey_lines: int
    bots: int
    bot_always_touches: int
    bot_burst_touches: int


def sizes_of(plan: WorldPlan) -> Sizes:
    """Scale every table with the number of touches, with floors for small worlds.

    10^8 touches carry 2,000,000 order lines, 900,000 pieces beside the live sessions, 100,000
    creators and 10,000,000 viewers. Below 10^6 touches every twentieth leads to an order, so that
    anchors of a small market reach what programmes ask for.

    >>> sizes_of(WorldPlan(touches=100_000_000)).lines
    2030000
    """
    creators = plan.creators or max(30, plan.touches // 1_000)
    shops = plan.shops or max(6, creators // 5)
    viewers = max(120, plan.touches // 10)
    usual = max(60, min(plan.touches // 20, 30_000 + plan.touches // 50))
    lines = plan.lines or usual
    farmers = creators // 100 * 3 + sum(creators % 100 >= seat for seat in FARM_SEATS)
    farm_lines = min(
        lines * plan.farm_ppm // PPM, farmers * plan.village_sessions * VILLAGE_SESSION_LINES
    )
    sessions = max(2, min(plan.village_sessions, farm_lines // (VILLAGE_SESSION_LINES * farmers)))
    stills = max(plan.touches // 110, 4 * min(creators, 30), creators)
    ring_size = max(4, min(40, lines // 1_200))
    rings = lines * plan.ring_ppm // PPM // (ring_size * plan.ring_orders)
    if plan.ring_ppm and not rings:
        rings = 1
    ring_lines = min(rings * ring_size * plan.ring_orders, lines // 3)
    self_lines = max(2, lines * plan.self_ppm // PPM) if plan.self_ppm else 0
    organic = lines * plan.organic_ppm // PPM
    bots = max(2, viewers // 5_000)
    return Sizes(
        viewers=viewers,
        creators=creators,
        shops=shops,
        items=max(2 * min(shops, 100_000), shops, stills // 4),
        agencies=max(3, creators // 200),
        stills=stills,
        lines=lines,
        farmers=farmers,
        sessions_max=max(1, min(66, plan.touches // (15 * creators))),
        village_sessions=sessions,
        rings=rings,
        ring_creators=8 if creators >= 300 else 3,
        ring_buyers=ring_size,
        ring_lines=ring_lines,
        self_lines=self_lines,
        farm_lines=farm_lines,
        organic_lines=organic,
        journey_lines=lines - ring_lines - self_lines - farm_lines - organic,
        bots=bots,
        bot_always_touches=plan.touches * plan.bot_always_ppm // PPM,
        bot_burst_touches=plan.touches * plan.bot_burst_ppm // PPM,
    )

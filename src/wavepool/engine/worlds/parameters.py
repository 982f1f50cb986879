"""The integers that a world's SQL is filled with."""

from __future__ import annotations

from math import gcd

from wavepool.engine.worlds.calendar import DAY_MS, HOUR_MS, SLOT_HOURS, Season
from wavepool.engine.worlds.plan import PPM, Sizes, WorldPlan
from wavepool.engine.worlds.quantiles import LORENZ

EARLIER_CELLS = (77, 72, 51, 33, 23)  # none, one, … four earlier touches, of 256
_EPOCH_MIN, _EPOCH_MAX = 946_684_800_000, 4_102_444_799_999


def parameters_of(plan: WorldPlan, sizes: Sizes, season: Season) -> dict[str, int]:
    """Every integer that the SQL of a world names, but those known only after drawing."""
    return {
        "touches": plan.touches,
        "seed": plan.seed,
        **_market(plan, sizes),
        **_cheats(plan, sizes),
        **_chances(plan),
        **_times(season),
    }


def _market(plan: WorldPlan, sizes: Sizes) -> dict[str, int]:
    return {
        "viewers": sizes.viewers,
        "viewer_stride": _coprime(sizes.viewers, near=plan.seed * 37 + 7_368_787),
        "creators": sizes.creators,
        "reach_stride": _coprime(sizes.creators, near=plan.seed * 53 + 618_033),
        "cheat_stride": _coprime(sizes.creators, near=plan.seed * 71 + 271_828),
        "shops": sizes.shops,
        "items": sizes.items,
        "agencies": sizes.agencies,
        "spare_stills": sizes.stills - sizes.creators,
        "sessions_max": sizes.sessions_max,
        "village_sessions": sizes.village_sessions,
        "classes": len(LORENZ),
        "lines": sizes.lines,
        "journey_lines": sizes.journey_lines,
        "farm_lines": sizes.farm_lines,
        "journey_and_farm": sizes.journey_lines + sizes.farm_lines,
        "organic_lines": sizes.organic_lines,
        # Seven lines in a room of two units each, at prices around the mean of the luck table.
        "farm_price_yuan": plan.village_session_minor // 1_700,
    }


def _cheats(plan: WorldPlan, sizes: Sizes) -> dict[str, int]:
    """Ranges of `cheat_no` and `special_no`, one after the other."""
    creators = sizes.creators
    ends = {"sniper_end": max(1, creators // 500)}
    ends["bot_end"] = ends["sniper_end"] + max(1, creators // 400)
    ends["ring_end"] = ends["bot_end"] + max(
        sizes.ring_creators, min(sizes.rings * sizes.ring_creators, creators // 20)
    )
    ends["self_end"] = ends["ring_end"] + max(1, creators // 300)
    ends["split_end"] = ends["self_end"] + 3 * max(1, creators // 1_000)
    ends["farmer_end"] = ends["split_end"] + max(1, creators // 120)
    ends["refund_end"] = ends["farmer_end"] + max(1, creators // 160)
    ring_viewers = sizes.rings * sizes.ring_buyers
    self_viewers = 2 * (ends["self_end"] - ends["ring_end"])
    return {
        **ends,
        "self_lines": sizes.self_lines,
        "ring_lines": sizes.ring_lines,
        "ring_creators": sizes.ring_creators,
        "ring_buyers": sizes.ring_buyers,
        "ring_orders": plan.ring_orders,
        "ring_days": plan.ring_days,
        "months": plan.months,
        "ring_viewers": ring_viewers,
        "camouflage_lines": min(sizes.ring_lines * plan.ring_camouflage, sizes.journey_lines // 2),
        "bots": sizes.bots,
        "bot_always_touches": sizes.bot_always_touches,
        "bot_burst_touches": sizes.bot_burst_touches,
        "ring_viewers_end": sizes.bots + ring_viewers,
        "self_viewers": self_viewers,
        "self_viewers_end": sizes.bots + ring_viewers + self_viewers,
    }


def _chances(plan: WorldPlan) -> dict[str, int]:
    """Chances as thresholds of 20 random bits."""
    with_earlier = 256 - EARLIER_CELLS[0]
    return {
        "caused_earlier_20": min(1 << 20, (plan.caused_earlier_ppm << 28) // PPM // with_earlier),
        "sniped_20": (plan.sniped_ppm << 20) // PPM,
        "glance_20": (plan.glance_ppm << 20) // PPM,
        "together_20": (plan.ring_together_ppm << 20) // PPM,
        "refund_late_20": (plan.refund_late_ppm << 20) // PPM,
        "sniper_dwell_ppm": plan.sniper_dwell_ppm,
    }


def _times(season: Season) -> dict[str, int]:
    length = season.ends_at - season.begins_at
    return {
        "begins_at": season.begins_at,
        "ends_at": season.ends_at,
        "middle_at": season.begins_at + length // DAY_MS // 2 * DAY_MS,
        "cut_at": season.begins_at + length // DAY_MS * 2 // 3 * DAY_MS,
        "long_ago": max(_EPOCH_MIN, season.begins_at - 400 * DAY_MS),
        "far_off": min(_EPOCH_MAX, season.ends_at + 400 * DAY_MS),
        "hours": length // HOUR_MS,
        "days": season.days,
        "season_minutes": length // 60_000,
        "slot_ms": SLOT_HOURS * HOUR_MS,
    }


def _coprime(size: int, *, near: int) -> int:
    """Smallest stride from `near` on that visits every number below `size`."""
    stride = near
    while gcd(stride, size) != 1:
        stride += 1
    return stride

"""Accuracy: how near a settlement comes to the truth of a seeded world."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measuring import JobFailed, measure
from benchmarks.report import Row, count

INTRO = (
    "Seeded worlds with a known truth; see `wavepool.engine.worlds`. Distances are total variation "
    "between shares, 0 to 1. These are regression baselines of a simulator, not facts about any "
    "market."
)
TOUCHES, QUICK_TOUCHES, MONTHS = 2_000_000, 200_000, 3
SNIPED_PPM = 250_000
DISTANCE_MAX, SNIPERS_MAX = 0.16, 0.03
VALUE_DISTANCE_MAX, SPEARMAN_MIN = 0.02, 0.99
PRECISION_MIN, F1_MIN = 0.98, 0.80


def run(bench: Bench) -> None:
    """Settle a sniped world and an ordinary one, and compare each with its truth."""
    bench.report.begin("Accuracy", INTRO)
    touches = QUICK_TOUCHES if bench.is_quick else TOUCHES
    _attribution(bench, touches)
    world = bench.world(touches, name="truth-world", months=MONTHS)
    out = bench.settled(touches, name="truth-settled")
    measure("settle", season=str(world), out=str(out), is_looking_for_rings=True)
    found = _figures(world, out, "value", "bots", "rings")
    _value(bench, found["value"], touches)
    _bots(bench, found["bots"])
    _rings(bench, found["rings"])


def _figures(world: Path, out: Path, *names: str) -> dict[str, Any]:
    answer = measure("accuracy", season=str(world), out=str(out), figures=list(names)).answer
    return dict(answer)


def _attribution(bench: Bench, touches: int) -> None:
    world = bench.world(touches, name="sniped-world", months=MONTHS, sniped_ppm=SNIPED_PPM)
    out = bench.settled(touches, name="sniped-settled")
    measure("settle", season=str(world), out=str(out))
    found = _figures(world, out, "attribution", "last_touch")
    ours, last = found["attribution"], found["last_touch"]
    label = f"a quarter of orders sniped, {count(touches)} touches"
    bench.report.add(
        Row(
            f"distance of credits to true causes, {label}",
            f"{ours['distance']:.3f}",
            f"{last['distance']:.3f} (naive last touch)",
            f"{ours['distance'] / last['distance']:.2f}×",
            f"≤ {DISTANCE_MAX}",
            ours["distance"] <= DISTANCE_MAX,
        )
    )
    bench.report.add(
        Row(
            "snipers' share of credited lines",
            f"{100 * ours['sniper_share']:.1f} %",
            f"{100 * last['sniper_share']:.1f} % (naive last touch)",
            f"{ours['sniper_share'] / max(last['sniper_share'], 1e-9):.2f}×",
            f"≤ {100 * SNIPERS_MAX:.0f} %",
            ours["sniper_share"] <= SNIPERS_MAX,
        )
    )
    if find_spec("ChannelAttribution") is None:
        bench.report.note("ChannelAttribution is not installed; its Markov chain was not measured.")
        return
    try:
        chain = _figures(world, out, "markov")["markov"]
    except JobFailed as error:
        bench.report.note(f"ChannelAttribution: {error.reason.splitlines()[-1]}")
        return
    bench.report.add(
        Row(
            "the same distance, against ChannelAttribution's Markov chain",
            f"{ours['distance']:.3f}",
            f"{chain['distance']:.3f}, snipers {100 * chain['sniper_share']:.1f} %",
            f"{ours['distance'] / chain['distance']:.2f}×",
        )
    )


def _value(bench: Bench, found: dict[str, Any], touches: int) -> None:
    bench.report.add(
        Row(
            f"distance of values to their expectation, {count(touches)} touches, "
            f"{count(found['payees'])} payees",
            f"{found['distance']:.4f} (quality alone {found['quality_distance']:.4f})",
            target=f"≤ {VALUE_DISTANCE_MAX}",
            is_met=found["distance"] <= VALUE_DISTANCE_MAX,
        )
    )
    bench.report.add(
        Row(
            "rank correlation of values with their expectation",
            f"{found['spearman']:.4f} (quality alone {found['quality_spearman']:.4f})",
            target=f"≥ {SPEARMAN_MIN}",
            is_met=found["spearman"] >= SPEARMAN_MIN,
        )
    )


def _bots(bench: Bench, found: dict[str, Any]) -> None:
    most = max(found["most_paid_always"], found["most_paid_burst"])
    bench.report.add(
        Row(
            f"most that one of {found['bots_always'] + found['bots_burst']} bots moves in a month",
            f"{most / 100:.2f} (major units)",
            f"{found['bound_minor'] / 100:.2f} (stated bound)",
            f"{found['most_of_bound']:.2f} of the bound",
            "≤ the bound",
            found["most_of_bound"] <= 1,
        )
    )


def _rings(bench: Bench, found: dict[str, Any]) -> None:
    bench.report.add(
        Row(
            f"ring buyers held ({count(found['ring_buyers'])} drawn in {found['rings']} rings): "
            "precision",
            f"{found['precision']:.3f}",
            target=f"≥ {PRECISION_MIN}",
            is_met=found["precision"] >= PRECISION_MIN,
        )
    )
    bench.report.add(
        Row(
            "ring buyers held: F1",
            f"{found['f1']:.3f} (recall {found['recall']:.3f})",
            target=f"≥ {F1_MIN}",
            is_met=found["f1"] >= F1_MIN,
        )
    )

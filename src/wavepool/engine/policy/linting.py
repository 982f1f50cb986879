"""Judges a typed policy: what it says may be well formed and still not be a rule one can pay by."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from wavepool.engine.money import CURRENCY_EXPONENTS
from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.knobs import MILLION, TENTHS
from wavepool.engine.policy.sections import SceneRule
from wavepool.engine.policy.walking import entries_of, keys_of
from wavepool.engine.policy.zones import zone_names


class Finding(NamedTuple):
    """One reason why a policy may not bind: rule, key path, value, sentence for a person."""

    rule: str
    path: str
    value: object
    message: str


class PolicyRefused(ValueError):
    """The linter has findings, so the policy may not bind; `findings` lists them."""

    def __init__(self, *, policy_id: str, findings: tuple[Finding, ...]) -> None:
        self.policy_id = policy_id
        self.findings = findings
        rows = (f"{each.path}: {each.message} [{each.rule}]" for each in findings)
        super().__init__("\n  ".join([f"policy {policy_id!r} may not bind:", *rows]))


def lint(policy: Policy) -> tuple[Finding, ...]:
    """List everything that keeps a policy from binding, in the order of the rules below.

    Returns:
        Findings; empty when the policy may bind.

    Source: `decisions` of the project on scenes, cuts and value; one example of each rule, good
    and bad, stands in the tests.

    >>> from wavepool.engine.policy import default_policy
    >>> lint(default_policy())
    ()
    """
    return tuple(finding for rule in RULES for finding in rule(policy))


def ensure_binding(policy: Policy) -> None:
    """Refuse a policy that the linter objects to.

    Raises:
        PolicyRefused: with every finding.
    """
    findings = lint(policy)
    if findings:
        raise PolicyRefused(policy_id=policy.id, findings=findings)


def _ranges(policy: Policy) -> Iterator[Finding]:
    for path, value, knob in keys_of(policy):
        if knob.choices and value not in knob.choices:
            message = f"{value!r} is none of {', '.join(knob.choices)}"
            yield Finding("unknown_choice", path, value, message)
        least, most = knob.least, knob.most
        if least is None or most is None:
            continue
        for each in value if isinstance(value, tuple) else (value,):
            if not least <= each <= most:
                yield Finding("out_of_range", path, each, f"{each} is not within {least} to {most}")


def _identifiers(policy: Policy) -> Iterator[Finding]:
    named = [
        *(("policy.programmes", programme) for programme in policy.programmes),
        *(("pools", pool.id) for pool in policy.pools),
        *(("scenes", scene.id) for scene in policy.scenes),
    ]
    for path, name in [("policy.id", policy.id), *named]:
        if not name or name != name.strip():
            message = "an id is not empty and does not begin or end with a space"
            yield Finding("bad_id", path, name, message)
    for (path, name), count in Counter(named).items():
        if count > 1:
            yield Finding("duplicate_id", path, name, f"{name!r} stands here {count} times")


def _currencies(policy: Policy) -> Iterator[Finding]:
    named = [("policy.currency", policy.currency)]
    named += [(f"pools[{pool.id}].currency", pool.currency) for pool in policy.pools]
    for path, currency in named:
        if currency not in CURRENCY_EXPONENTS:
            message = f"{currency!r} is not exactly one ISO 4217 currency with a minor unit"
            yield Finding("not_one_currency", path, currency, message)


def _zone(policy: Policy) -> Iterator[Finding]:
    if policy.zone not in zone_names():
        message = f"there is no time zone {policy.zone!r}"
        yield Finding("unknown_zone", "policy.zone", policy.zone, message)


def _sums(policy: Policy) -> Iterator[Finding]:
    value, signals = policy.value, policy.value.signals
    tenths = value.quality_tenths + value.experience_tenths + value.commerce_tenths
    if tenths != TENTHS:
        message = f"quality, experience and commerce add up to {tenths} tenths, not to {TENTHS}"
        yield Finding("tenths_sum", "value", tenths, message)
    weights = (signals.watch_ppm, signals.save_ppm, signals.share_ppm, signals.follow_ppm)
    if sum(weights) != MILLION:
        message = f"the weights of the signals add up to {sum(weights)}, not to {MILLION}"
        yield Finding("signals_sum", "value.signals", sum(weights), message)


def _cuts(policy: Policy) -> Iterator[Finding]:
    for scene in policy.scenes:
        cut = scene.direct_ppm + policy.commission.fee_ppm
        if scene.pool and cut > MILLION:
            message = f"direct leg and fee take {cut} of {MILLION} parts of the commission"
            yield Finding("cut_above_commission", f"scenes[{scene.id}].direct_ppm", cut, message)


def _pools(policy: Policy) -> Iterator[Finding]:
    known = {pool.id for pool in policy.pools}
    for scene in policy.scenes:
        path = f"scenes[{scene.id}].pool"
        if scene.pool and scene.pool not in known:
            yield Finding("unknown_pool", path, scene.pool, f"there is no pool {scene.pool!r}")
        if scene.pool and scene.weight_ppm == 0:
            message = "a scene that feeds a pool must count in it, or its creators work for others"
            yield Finding("weightless_scene", f"scenes[{scene.id}].weight_ppm", 0, message)
    for pool_id in sorted(known - {scene.pool for scene in policy.scenes}):
        message = "no scene shares in this pool, so nothing in it could ever be paid"
        yield Finding("pool_without_scene", f"pools[{pool_id}]", pool_id, message)


def _scene_names(policy: Policy) -> Iterator[Finding]:
    known = {scene.id for scene in policy.scenes}
    named = [("scene_default.scene", policy.scene_default.scene)]
    named += [
        (f"{entry.path}.scene", entry.value.scene)
        for entry in entries_of(policy)
        if entry.array == "scene_rules"
    ]
    for path, scene in named:
        if scene not in known:
            yield Finding("unknown_scene", path, scene, f"there is no scene {scene!r}")


def _scene_rules(policy: Policy) -> Iterator[Finding]:
    everywhere = {rule.format: rule for rule in policy.scene_rules if rule.channel is None}
    seen: dict[tuple[object, object], SceneRule] = {}
    for path, array, _, rule in entries_of(policy):
        if array != "scene_rules":
            continue
        condition = (rule.channel, rule.format)
        if condition == (None, None):
            message = "a rule names a channel, a format or both; the rest is [scene_default]"
            yield Finding("rule_without_condition", path, rule.scene, message)
        elif condition in seen:
            message = f"{seen[condition].scene!r} is named for the same touches by an earlier rule"
            yield Finding("ambiguous_scene", path, rule.scene, message)
        elif rule.channel is not None and rule.format in everywhere and rule.format is not None:
            message = f"the rule for format {rule.format!r} in every channel comes before this one"
            yield Finding("rule_never_reached", path, rule.scene, message)
        seen.setdefault(condition, rule)
    types = {type(rule.channel) for rule in policy.scene_rules if rule.channel is not None}
    if len(types) > 1:
        message = "channel ids are all integers or all texts"
        yield Finding("mixed_channel_ids", "scene_rules", "integers and texts", message)


def _times(policy: Policy) -> Iterator[Finding]:
    rules, bands = policy.attribution, policy.value.cells.hour_bands
    if rules.rate_lock_days < rules.window_days:
        message = f"a click of {rules.window_days} days ago could earn at a rate it never saw"
        yield Finding(
            "rate_lock_below_window", "attribution.rate_lock_days", rules.rate_lock_days, message
        )
    if bands[:1] != (0,) or not _ascend(bands):
        message = "bands begin at hour 0 and ascend"
        yield Finding("hour_bands_order", "value.cells.hour_bands", bands, message)


def _hold_days(policy: Policy) -> Iterator[Finding]:
    steps, default = policy.settlement.hold_days, policy.settlement.default_hold_days
    if not steps or not _ascend(steps):
        message = "at least one waiting time, ascending"
        yield Finding("hold_days_order", "settlement.hold_days", steps, message)
    if default not in steps:
        message = f"{default} is none of the waiting times {list(steps)}"
        yield Finding("hold_days_default", "settlement.default_hold_days", default, message)


def _tiers(policy: Policy) -> Iterator[Finding]:
    tiers = policy.tiers
    if tiers.mid_from_minor >= tiers.head_from_minor:
        message = "mid begins below head"
        yield Finding("tier_order", "tiers.mid_from_minor", tiers.mid_from_minor, message)


def _ascend(values: tuple[int, ...]) -> bool:
    return all(before < after for before, after in pairwise(values))


RULES: tuple[Callable[[Policy], Iterator[Finding]], ...] = (
    _ranges,
    _identifiers,
    _currencies,
    _zone,
    _sums,
    _cuts,
    _pools,
    _scene_names,
    _scene_rules,
    _times,
    _hold_days,
    _tiers,
)

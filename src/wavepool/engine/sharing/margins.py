"""What one more full viewer would bring a payee, recomputed exactly."""

from dataclasses import dataclass

from wavepool.engine.money import MoneyError, checked_amount, checked_non_negative
from wavepool.engine.sharing.roots import DEFAULT_TENTHS, Tenths, root_value
from wavepool.engine.sharing.whole_columns import PPM, RateOutOfRange


@dataclass(frozen=True, slots=True)
class SceneSums:
    """A payee's evidence sums in one scene, in micro-viewers."""

    quality_micro: int
    experience_micro: int
    commerce_micro: int


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool, and a payee's place in it.

    `value_total` is the sum over all payees and `payee_value` this payee's
    part of it, over all scenes of the pool.
    """

    distributable_micro: int
    value_total: int
    payee_value: int


@dataclass(frozen=True, slots=True)
class MarginalGain:
    """Micro-units more for one more unit of one dimension, or of all three."""

    quality_micro: int
    experience_micro: int
    commerce_micro: int
    all_three_micro: int


class StandingInconsistent(MoneyError):
    """The payee's value, the pool's total and the scene's value cannot all be true."""

    def __init__(self, standing: PoolStanding, *, scene_value: int) -> None:
        self.standing = standing
        self.scene_value = scene_value
        super().__init__(
            f"scene value {scene_value}, payee value {standing.payee_value} and pool total "
            f"{standing.value_total} must not decrease in this order"
        )


def marginal_gain(
    sums: SceneSums,
    *,
    standing: PoolStanding,
    weight_ppm: int = PPM,
    tenths: Tenths = DEFAULT_TENTHS,
    unit_micro: int = PPM,
) -> MarginalGain:
    """Say what one more unit of each dimension would bring this payee.

    Each answer is the difference of two exact entitlements, before and after,
    with everybody else as they are; no slope is estimated.

    Args:
        sums: the payee's evidence in the scene that would grow.
        standing: the pool and the payee's place in it.
        weight_ppm: the scene's weight in the pool; 0 .. 10^6.
        tenths: weights of quality, experience and commerce, in tenths.
        unit_micro: one unit, in micro-viewers; 10^6 is one full viewer.

    Returns:
        Gains in micro-units of the pool's currency, each >= 0;
        `all_three_micro` is one more viewer who is perfect in all three.

    Raises:
        StandingInconsistent: the scene's value exceeds the payee's, or the
            payee's exceeds the pool's.
        RateOutOfRange: a weight outside 0 .. 10^6.
        WeightsNotTenths, NegativeAmount, AmountTooLarge: numbers out of range.
    """
    if not 0 <= weight_ppm <= PPM:
        raise RateOutOfRange(weight_ppm, weight_ppm)
    unit = checked_non_negative(unit_micro, name="unit_micro")
    scene_value = _scene_value(sums, weight_ppm=weight_ppm, tenths=tenths)
    if not scene_value <= standing.payee_value <= standing.value_total:
        raise StandingInconsistent(standing, scene_value=scene_value)

    def gain(*, quality: int, experience: int, commerce: int) -> int:
        grown = SceneSums(
            quality_micro=sums.quality_micro + quality,
            experience_micro=sums.experience_micro + experience,
            commerce_micro=sums.commerce_micro + commerce,
        )
        more = _scene_value(grown, weight_ppm=weight_ppm, tenths=tenths) - scene_value
        return _entitlement(standing, more=more) - _entitlement(standing, more=0)

    return MarginalGain(
        quality_micro=gain(quality=unit, experience=0, commerce=0),
        experience_micro=gain(quality=0, experience=unit, commerce=0),
        commerce_micro=gain(quality=0, experience=0, commerce=unit),
        all_three_micro=gain(quality=unit, experience=unit, commerce=unit),
    )


def _scene_value(sums: SceneSums, *, weight_ppm: int, tenths: Tenths) -> int:
    value = root_value(
        quality_micro=sums.quality_micro,
        experience_micro=sums.experience_micro,
        commerce_micro=sums.commerce_micro,
        tenths=tenths,
    )
    return value * weight_ppm // PPM


def _entitlement(standing: PoolStanding, *, more: int) -> int:
    pool = max(0, checked_amount(standing.distributable_micro))
    total = standing.value_total + more
    if total == 0:
        return 0
    return pool * (standing.payee_value + more) // total

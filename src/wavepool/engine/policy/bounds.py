"""What one more fake viewer can add to a value, whatever it does."""

from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.knobs import MILLION, TENTHS

_FLOORS = range(1, MILLION + 1)
_EXPONENTS = range(TENTHS + 1)


class NoBotBound(ValueError):
    """Floor or exponents are out of range, so nothing bounds what one viewer can add."""

    def __init__(self, *, floor_ppm: int, exponents: tuple[int, ...]) -> None:
        self.floor_ppm = floor_ppm
        self.exponents = exponents
        super().__init__(
            f"a floor of {floor_ppm} ppm with exponents of {exponents} tenths bounds nothing"
        )


def bot_bound_ppm(policy: Policy) -> int:
    """Return the most value, in parts per million of a viewer, that one extra viewer can add.

    The bound is the sum over the three measures of w * m^(w - 1), where w is the measure's exponent
    and m the floor: the slope of the value in one measure is w * value / measure, the value is at
    most the number of viewers n, and a measure is at least m * n.

    Returns:
        The bound in ppm, each of its three terms rounded up; at most 2 ppm too high, never too low.

    Raises:
        NoBotBound: the floor or an exponent is out of range; the linter refuses such a policy.

    Source: `docs/policies.md`; integers only, so that it is the same everywhere.

    >>> from wavepool.engine.policy import default_policy
    >>> bot_bound_ppm(default_policy())
    4599553
    """
    value = policy.value
    exponents = (value.quality_tenths, value.experience_tenths, value.commerce_tenths)
    if value.floor_ppm not in _FLOORS or any(each not in _EXPONENTS for each in exponents):
        raise NoBotBound(floor_ppm=value.floor_ppm, exponents=exponents)
    return sum(_term_ppm(tenths, value.floor_ppm) for tenths in exponents)


def _term_ppm(tenths: int, floor_ppm: int) -> int:
    """Return ceil(10^6 * t/10 * (10^6/floor)^((10-t)/10)): the least x with x^10 large enough."""
    power = TENTHS - tenths
    wanted = (tenths * MILLION // TENTHS) ** TENTHS * MILLION**power
    per_unit = floor_ppm**power
    low, high = 0, 1
    while high**TENTHS * per_unit < wanted:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if middle**TENTHS * per_unit < wanted:
            low = middle + 1
        else:
            high = middle
    return high

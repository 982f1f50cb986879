"""Values of a policy in the words of a person: 200000 ppm is 20 %, 500 fen are 5.00 CNY."""

from wavepool.engine.money import CURRENCY_EXPONENTS, format_minor
from wavepool.engine.policy.knobs import Knob

_COUNTED = {
    "days": ("day", "days"),
    "hours": ("hour", "hours"),
    "tenths": ("tenth", "tenths"),
    "touches": ("touch", "touches"),
    "viewers": ("viewer", "viewers"),
}
_PPM_A_PERCENT = 10_000
_MS_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


def value_words(value: object, knob: Knob, *, currency: str) -> str:
    """Write one value of a key for a person.

    >>> value_words(200000, Knob("ppm", ""), currency="CNY")
    '20 %'
    >>> value_words(500, Knob("minor units", ""), currency="CNY")
    '5.00 CNY'
    """
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    if not isinstance(value, int):
        return f"'{value}'" if value else "none"
    match knob.unit:
        case "ppm":
            words = f"{decimal_words(value, _PPM_A_PERCENT)} %"
        case "ms":
            words = _duration(value)
        case "minor units" if currency in CURRENCY_EXPONENTS:
            words = f"{format_minor(value, currency)} {currency}"
        case unit if unit in _COUNTED:
            one, many = _COUNTED[unit]
            words = f"{value} {one if value == 1 else many}"
        case _:
            words = str(value)
    return words


def decimal_words(value: int, unit: int) -> str:
    """Write `value / unit` as an exact decimal; `unit` is a power of ten.

    >>> decimal_words(4599553, 1000000), decimal_words(200000, 10000), decimal_words(-1, 100)
    ('4.599553', '20', '-0.01')
    """
    sign, size = "-" if value < 0 else "", abs(value)
    decimals = f"{size % unit + unit}"[1:].rstrip("0")
    return f"{sign}{size // unit}{'.' if decimals else ''}{decimals}"


def _duration(value: int) -> str:
    for size, unit in _MS_UNITS:
        if value and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value} ms"

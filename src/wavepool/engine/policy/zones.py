"""Time zones from the pinned zone data, so that a result does not depend on the machine."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


class UnknownZone(LookupError):
    """The zone data knows no zone of that name."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__(f"there is no time zone {zone!r}")


@cache
def zone_names() -> frozenset[str]:
    """Return every name of the zone data, in its exact spelling."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone_rules(zone: str) -> ZoneInfo:
    """Return the rules of a zone out of the installed `tzdata` package, never the machine's own.

    Raises:
        UnknownZone: the name is not in the zone data.

    >>> zone_rules("Asia/Shanghai").key
    'Asia/Shanghai'
    """
    if zone not in zone_names():
        raise UnknownZone(zone)
    place = files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    with place.open("rb") as data:
        return ZoneInfo.from_file(data, key=zone)

"""One TOML table at a time: every key is asked for by name and type, none is left over."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypeVar

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_WHOLE_MAX = 10**15
_REQUIRED: Final = object()

Choice = TypeVar("Choice", bound=str)


class ProgrammeInvalid(ValueError):
    """A key of the document breaks a rule of its form.

    Attributes: where (key path such as `programmes[0].window.days`), rule, value.
    """

    def __init__(self, where: str, *, rule: str, value: object) -> None:
        self.where = where
        self.rule = rule
        self.value = value
        super().__init__(f"{where}: {rule}, not {value!r}")


class Section:
    """One TOML table: hands out each key once; `close` refuses what nobody asked for."""

    def __init__(self, keys: Mapping[str, object], where: str) -> None:
        self._keys = dict(keys)
        self.where = where

    def has(self, key: str) -> bool:
        """Say whether the table has the key and nobody has taken it."""
        return key in self._keys

    def text(self, key: str, default: object = _REQUIRED) -> str:
        """Take a text; without a default it must not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str) or (default is _REQUIRED and not value):
            raise ProgrammeInvalid(self._path(key), rule="must be a text", value=value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; absent means empty."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ProgrammeInvalid(self._path(key), rule="must be a list of texts", value=value)
        return tuple(value)

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """Take one of the named texts."""
        value = self._take(key, _REQUIRED)
        for each in choices:
            if value == each:
                return each
        rule = f"must be one of {', '.join(choices)}"
        raise ProgrammeInvalid(self._path(key), rule=rule, value=value)

    def whole(self, key: str, default: object = _REQUIRED) -> int:
        """Take a whole number of at most 10^15 in size."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ProgrammeInvalid(self._path(key), rule="must be a whole number", value=value)
        if abs(value) > _WHOLE_MAX:
            raise ProgrammeInvalid(self._path(key), rule="must be within ±10^15", value=value)
        return value

    def flag(self, key: str) -> bool:
        """Take a boolean; absent means false."""
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            raise ProgrammeInvalid(self._path(key), rule="must be true or false", value=value)
        return value

    def day(self, key: str) -> int:
        """Take a date as days since 1970-01-01."""
        value = self._take(key, _REQUIRED)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ProgrammeInvalid(self._path(key), rule="must be a date", value=value)
        return value.toordinal() - _EPOCH_ORDINAL

    def day_or_none(self, key: str) -> int | None:
        """Take a date when the table has one."""
        return self.day(key) if self.has(key) else None

    def section(self, key: str) -> "Section":
        """Take an inner table."""
        value = self._take(key, _REQUIRED)
        if not isinstance(value, dict):
            raise ProgrammeInvalid(self._path(key), rule="must be a table", value=value)
        return Section(value, self._path(key))

    def sections(self, key: str) -> tuple["Section", ...]:
        """Take a list of tables."""
        value = self._take(key, _REQUIRED)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise ProgrammeInvalid(self._path(key), rule="must be a list of tables", value=value)
        return tuple(
            Section(each, f"{self._path(key)}[{place}]") for place, each in enumerate(value)
        )

    def close(self) -> None:
        """Refuse any key that nobody asked for."""
        for key, value in self._keys.items():
            raise ProgrammeInvalid(self._path(key), rule="is not a key of this table", value=value)

    def _path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def _take(self, key: str, default: object) -> object:
        if default is _REQUIRED and key not in self._keys:
            raise ProgrammeInvalid(self._path(key), rule="is required", value=None)
        return self._keys.pop(key, default)

"""From TOML to a typed policy, or to a full list of what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from wavepool.engine.policy.document import HEADER, HEADER_KEYS, Policy
from wavepool.engine.policy.lines import key_lines, line_of

INT64 = range(-(2**63), 2**63)
_TYPE_NAMES = {
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    str: "a text",
    list: "an array",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a TOML text from being a policy; `line` counts from 1."""

    rule: str
    path: str
    line: int | None
    value: object
    message: str

    @property
    def sentence(self) -> str:
        """The problem as one line for a person."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message} [{self.rule}]"


class PolicyInvalid(ValueError):
    """The text is TOML, but not a policy; `problems` lists every reason."""

    def __init__(self, *, name: str, problems: tuple[Problem, ...]) -> None:
        self.name = name
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(
            "\n  ".join([f"{name} has {count}:", *(each.sentence for each in problems)])
        )


class UnreadablePolicy(ValueError):
    """The text is not TOML; `line` and `column` count from 1."""

    def __init__(self, *, name: str, line: int, column: int, reason: str) -> None:
        self.name = name
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(f"{name}, line {line}, column {column}: {reason}")


def load_policy(path: Path) -> Policy:
    """Read a policy from a TOML file.

    Args:
        path: a UTF-8 file; a byte order mark is accepted.

    Returns:
        The typed policy. Its values are not judged: that is `lint`.

    Raises:
        UnreadablePolicy: the file is not UTF-8 or not TOML.
        PolicyInvalid: unknown, missing or wrongly typed keys; all are listed.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        raise UnreadablePolicy(
            name=str(path),
            line=before.count(b"\n") + 1,
            column=error.start - (before.rfind(b"\n") + 1) + 1,
            reason="not UTF-8",
        ) from error
    return load_policy_text(text, str(path))


def load_policy_text(text: str, name: str = "policy") -> Policy:
    """Read a policy from TOML text; `name` stands in the errors.

    Raises:
        UnreadablePolicy: the text is not TOML.
        PolicyInvalid: unknown, missing or wrongly typed keys; all are listed.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error), text=text, name=name) from error
    lines = key_lines(text)
    problems: list[Problem] = []
    policy = _Reader(lines, problems).policy(raw)
    if policy is None:
        ordered = sorted(problems, key=lambda each: (each.line or 0, each.path))
        raise PolicyInvalid(name=name, problems=tuple(ordered))
    return policy


def _unreadable(message: str, *, text: str, name: str) -> UnreadablePolicy:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place:
        line, column = int(place[1]), int(place[2])
        return UnreadablePolicy(
            name=name, line=line, column=column, reason=message[: place.start()]
        )
    rows = text.split("\n")
    reason = message.removesuffix(" (at end of document)")
    return UnreadablePolicy(name=name, line=len(rows), column=len(rows[-1]) + 1, reason=reason)


class _Reader:
    """Builds dataclasses from a raw mapping and notes every problem on the way."""

    def __init__(self, lines: Mapping[str, int], problems: list[Problem]) -> None:
        self._lines = dict(lines)
        self._problems = problems

    def policy(self, raw: dict[str, Any]) -> Policy | None:
        header = raw.get(HEADER)
        rest = {key: value for key, value in raw.items() if key != HEADER}
        for key in HEADER_KEYS:
            if key in rest:
                self._note("unknown_key", key, rest.pop(key), f"belongs in the table [{HEADER}]")
        if header is None:
            self._note("missing_section", HEADER, None, f"the table [{HEADER}] is missing")
        elif not isinstance(header, dict):
            self._note("wrong_type", HEADER, header, f"expected a table, found {_name_of(header)}")
        whole = header if isinstance(header, dict) else {}
        for key in whole.keys() - set(HEADER_KEYS):
            self._note("unknown_key", f"{HEADER}.{key}", whole[key], "no such key")
        flat = rest | {key: whole[key] for key in HEADER_KEYS if key in whole}
        skipped = frozenset() if isinstance(header, dict) else frozenset(HEADER_KEYS)
        built = self._build(Policy, flat, "", skipped)
        return built if isinstance(built, Policy) and not self._problems else None

    def _build(
        self, kind: type, raw: dict[str, Any], path: str, skipped: frozenset[str] = frozenset()
    ) -> Any:
        hints = get_type_hints(kind, include_extras=True)
        found: dict[str, Any] = {}
        for field in fields(kind):
            inner = _inner(path, field.name, top=kind is Policy)
            if field.name in raw:
                found[field.name] = self._value(hints[field.name], raw[field.name], inner)
            elif field.default is MISSING and field.name not in skipped:
                self._note_missing(hints[field.name], inner)
        for key in raw.keys() - hints.keys():
            rule = "unknown_section" if isinstance(raw[key], (dict, list)) else "unknown_key"
            word = "section" if rule == "unknown_section" else "key"
            self._note(rule, _inner(path, key, top=False), raw[key], f"no such {word}")
        return None if self._problems else kind(**found)

    def _value(self, hint: Any, raw: Any, path: str) -> Any:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        if get_origin(hint) is tuple:
            return self._array(get_args(hint)[0], raw, path)
        if is_dataclass(hint) and isinstance(hint, type):
            if isinstance(raw, dict):
                return self._build(hint, raw, path)
            self._note("wrong_type", path, raw, f"expected a table, found {_name_of(raw)}")
            return None
        wanted = [kind for kind in _members(hint) if kind is not NoneType]
        if type(raw) not in wanted:
            expected = " or ".join(_TYPE_NAMES[kind] for kind in wanted)
            self._note("wrong_type", path, raw, f"expected {expected}, found {_name_of(raw)}")
        elif type(raw) is int and raw not in INT64:
            self._note("too_large", path, raw, "does not fit into 64 bits")
        return raw

    def _array(self, hint: Any, raw: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            self._note("wrong_type", path, raw, f"expected an array, found {_name_of(raw)}")
            return ()
        return tuple(self._value(hint, each, f"{path}[{n}]") for n, each in enumerate(raw))

    def _note_missing(self, hint: Any, path: str) -> None:
        if get_origin(hint) is Annotated:
            self._note("missing_key", path, None, "is missing")
        else:
            self._note("missing_section", path, None, "the section is missing")

    def _note(self, rule: str, path: str, value: object, message: str) -> None:
        line = line_of(path, self._lines)
        self._problems.append(Problem(rule, path, line, value, message))


def _inner(path: str, name: str, *, top: bool) -> str:
    if top and name in HEADER_KEYS:
        return f"{HEADER}.{name}"
    return f"{path}.{name}" if path else name


def _members(hint: Any) -> Iterator[type]:
    if isinstance(hint, UnionType):
        yield from get_args(hint)
    else:
        yield hint


def _name_of(value: object) -> str:
    name = _TYPE_NAMES.get(type(value), f"a {type(value).__name__}")
    if isinstance(value, (list, dict)):
        return name
    return f"{name} ({value!r})"

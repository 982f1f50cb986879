"""Arbitrary well-typed policies for property tests; most of them no linter would accept."""

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from wavepool.engine.policy import Policy

_INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def any_policies() -> st.SearchStrategy[Policy]:
    """Build policies of the right types with any integers and any texts."""
    return _of(Policy)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Annotated:
        return _of(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return st.lists(_of(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, UnionType):
        return st.one_of(*(_of(each) for each in get_args(hint)))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{field.name: _of(hints[field.name]) for field in fields(hint)})
    return {int: _INTEGERS, str: _TEXTS, NoneType: st.none()}[hint]

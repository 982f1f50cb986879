"""SQL that finds the bad rows of one table: every rule in one pass over its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wavepool.engine.columns.contract import Column, Form, Kind, Reference, Rule, Table
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.load import Loaded, LoadedTable
from wavepool.engine.columns.wording import DIGITS, literal

POLICY_KEYS = {"policy_scenes": "scene_id", "policy_pools": "pool_id"}


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules of one table under what is known: row rules, then rules across rows."""

    table: Table
    loaded: LoadedTable
    references: tuple[Reference, ...]
    rules: tuple[Rule, ...]

    @property
    def row_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if not rule.is_across)

    @property
    def across_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.is_across)


def judge(table: Table, loaded: Loaded, *, known: Collection[str], gone: Collection[str]) -> Judge:
    """Gather the rules that apply to a table.

    Args:
        known: which of `policy_scenes` and `policy_pools` the caller gave.
        gone: earlier tables that have rejected rows.
    """
    source = loaded.tables[table.name]
    references = tuple(
        reference
        for reference in table.references
        if reference.table not in POLICY_KEYS or reference.table in known
    )
    off = {r.alias for r in table.references} - {r.alias for r in references}
    rules: list[Rule] = []
    for column in table.columns:
        is_text = column.kind is Kind.TEXT or loaded.id_types.get(column.family) == "text"
        rules += column_rules(column, is_text=is_text, is_unsure=column.name in source.unsure)
    for reference in references:
        rules += _reference_rules(reference, has_gone=reference.table in gone)
    rules += [rule for rule in table.rules if not any(f"{alias}." in rule.bad for alias in off)]
    return Judge(table, source, references, tuple(rules))


def column_rules(column: Column, *, is_text: bool, is_unsure: bool) -> list[Rule]:
    """The rules that a column's own declaration implies."""
    name, rules = column.name, []
    mine = f"mine.{name}"
    if not column.may_be_absent:
        bad = f"{mine} is null" + (f" and mine.{name}__bad is null" if is_unsure else "")
        bad += f" or {mine} = ''" if is_text else ""
        rules.append(Rule("missing value", name, bad, "must have a value"))
    if is_unsure:
        rules += _unreadable(column)
    if column.low is not None and column.high is not None:
        rules += _range(column)
    if column.allowed:
        listed = ", ".join(f"'{word}'" for word in column.allowed)
        bad = f"{mine} <> '' and {mine} not in ({listed})"
        rules.append(Rule("not an allowed value", name, bad, f"one of {', '.join(column.allowed)}"))
    if column.form is not Form.FREE:
        rules.append(_form(column))
    return rules


def _range(column: Column) -> list[Rule]:
    mine = f"mine.{column.name}"
    if column.kind is Kind.TIME:
        bad = f"{mine} not between {column.low} and {column.high}"
        meaning = "epoch milliseconds UTC of 2000 to 2099; seconds are too small"
        return [Rule("time out of range", column.name, bad, meaning)]
    over = "huge amount" if column.unit == "minor" else "too large"
    return [
        Rule(
            "negative amount" if column.unit == "minor" else "negative",
            column.name,
            f"{mine} < {column.low}",
            f"at least {column.low}",
        ),
        Rule(over, column.name, f"{mine} > {column.high}", f"at most {column.high}"),
    ]


def _unreadable(column: Column) -> list[Rule]:
    bad = f"mine.{column.name}__bad"
    if column.kind in {Kind.TIME, Kind.FLAG}:
        name = "not a time" if column.kind is Kind.TIME else "not yes or no"
        return [Rule(name, column.name, f"{bad} is not null", "cannot be read")]
    text = f"trim({bad})"
    body = f"case when substr({text}, 1, 1) in ('-', '+') then substr({text}, 2) else {text} end"
    is_decimal = f"(translate({body}, {DIGITS}, '') in ('', '.') and ({body}) not in ('', '.'))"
    has_fraction = f"translate(split_part({body}, '.', 2), '0', '') <> ''"
    fraction = "fraction of a minor unit" if column.unit == "minor" else "fraction of a unit"
    return [
        Rule(
            fraction,
            column.name,
            f"{bad} is not null and {is_decimal} and {has_fraction}",
            "must be whole in the contract's unit",
        ),
        Rule(
            "huge amount" if column.unit == "minor" else "too large",
            column.name,
            f"{bad} is not null and {is_decimal} and not {has_fraction}",
            "does not fit 64 bits",
        ),
        Rule(
            "not a number",
            column.name,
            f"{bad} is not null and not {is_decimal}",
            "must be digits with an optional sign and point",
        ),
    ]


def _form(column: Column) -> Rule:
    mine = f"mine.{column.name}"
    if column.form is Form.CURRENCY:
        letters = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"
        bad = f"{mine} <> '' and (length({mine}) <> 3 or translate({mine}, {letters}, '') <> '')"
        return Rule("not a currency code", column.name, bad, "three capital letters of ISO 4217")
    if column.form is Form.PERIOD:
        bad = (
            f"{mine} <> '' and (length({mine}) <> 7 or substr({mine}, 5, 1) <> '-' "
            f"or translate({mine}, {DIGITS}, '') <> '-' "
            f"or substr({mine}, 6, 2) not between '01' and '12')"
        )
        return Rule("not a period", column.name, bad, "a month as YYYY-MM")
    bad = f"{mine} <> '' and {mine} not like '_%:_%'"
    return Rule("not a prefixed id", column.name, bad, "a prefix, a colon and an id")


def _reference_rules(reference: Reference, *, has_gone: bool) -> list[Rule]:
    name, key = reference.column, target_key(reference)
    lost = f"mine.{name} is not null and {reference.alias}.{key} is null"
    known_gone = f"gone_{name}.{key}"
    rules = []
    if reference.is_listed:
        bad = f"{lost} and {known_gone} is null" if has_gone else lost
        rules.append(Rule("unknown reference", name, bad, f"must be a row of {reference.table}"))
    if has_gone:
        rules.append(
            Rule(
                "reference to a rejected row",
                name,
                f"{lost} and {known_gone} is not null",
                f"the row of {reference.table} was rejected",
            )
        )
    return rules


def target_key(reference: Reference) -> str:
    """The column that a reference names in its table."""
    if reference.table in POLICY_KEYS:
        return POLICY_KEYS[reference.table]
    return CONTRACTS[reference.table].key[0]


def joins_sql(judged: Judge, rules: Sequence[Rule]) -> str:
    """The joins that the rules read: each reference, and its rejected keys."""
    text = " ".join(rule.bad for rule in rules)
    joins = []
    for reference in judged.references:
        key, column = target_key(reference), reference.column
        if f"{reference.alias}." in text:
            joins.append(
                f"left join {reference.table} as {reference.alias} "
                f"on {reference.alias}.{key} = mine.{column}"
            )
        if f"gone_{column}." in text:
            joins.append(
                f"left join gone_{reference.table} as gone_{column} "
                f"on gone_{column}.{key} = mine.{column}"
            )
    return "\n".join(joins)


def flags_sql(rules: Sequence[Rule]) -> str:
    """One 0/1 column per rule, named rule_0, rule_1, …"""
    return ", ".join(
        f"case when {rule.bad} then 1 else 0 end as rule_{index}"
        for index, rule in enumerate(rules)
    )


def failing_count_sql(judged: Judge, rules: Sequence[Rule], *, source: str) -> str:
    """How many rows of `source` break a row rule; one pass that reads only what rules read."""
    return f"select count(*) as n from {source} as mine\n{_bad_rows(judged, rules)}"


def failing_rows_sql(judged: Judge, rules: Sequence[Rule], *, source: str) -> str:
    """Rows of `source` that break a row rule, with a flag per rule; one pass."""
    flags = flags_sql(rules)
    return f"select mine.*, {flags} from {source} as mine\n{_bad_rows(judged, rules)}"


def _bad_rows(judged: Judge, rules: Sequence[Rule]) -> str:
    bad = "\nor ".join(f"({rule.bad})" for rule in rules)
    return f"{joins_sql(judged, rules)}\nwhere {bad}"


def clashing_rows_sql(judged: Judge, rules: Sequence[Rule], *, source: str) -> str:
    """Rows of `source` that break a rule across rows, with a flag per rule."""
    total = " + ".join(f"rule_{index}" for index in range(len(rules)))
    return (
        f"select * from (select mine.*, {flags_sql(rules)} from {source} as mine\n"
        f"{joins_sql(judged, rules)}) as flagged where {total} > 0"
    )


def rejects_sql(
    judged: Judge, rules: Sequence[Rule], counts: Mapping[int, int], *, source: str
) -> list[str]:
    """One query per broken rule: table_name, row_key, row_no, rule, column_name, value."""
    key = ", '|', ".join(f"coalesce(cast({name} as string), '')" for name in judged.table.key)
    row_no = "row_no" if judged.loaded.has_row_no else "cast(null as bigint)"
    queries = []
    for index, rule in enumerate(rules):
        if not counts[index]:
            continue
        value = f"cast({rule.column} as string)"
        if rule.column in judged.loaded.unsure:
            value = f"coalesce({rule.column}__bad, {value})"
        queries.append(
            f"select '{judged.table.name}' as table_name, concat({key}) as row_key, "
            f"{row_no} as row_no, {literal(rule.name)} as rule, '{rule.column}' as column_name, "
            f"{value} as value from {source} where rule_{index} = 1"
        )
    return queries

"""Judge a policy document against its schema and the other documents in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies.models.kinds import ENGINE_KINDS, FRAME_KIND, Kind, kind_of
from wavepool.domains.policies.tables.documents import (
    Document,
    DocumentUnreadable,
    Fault,
    inline_toml,
    read_document,
)
from wavepool.domains.policies.tables.rule_words import rule_words
from wavepool.domains.policies.tables.schemas import flaws_of
from wavepool.engine.incentives import ProgrammeInvalid, lint_programmes, read_programmes
from wavepool.engine.policy import Policy, PolicyInvalid, lint, load_policy_text
from wavepool.engine.policy.walking import entries_of

_LABELLED: Final = re.compile(r"^([a-z_]+\[.*?\])(?=\.|$)")
_OWNER: Final = {section: name for name in ENGINE_KINDS for section in kind_of(name).sections}


def judge(text: str, *, kind: Kind, number: int, others: Mapping[str, str]) -> tuple[Fault, ...]:
    """List everything that keeps a text from being version `number` of its kind.

    Args:
        text: the document, as `clean_text` keeps it.
        kind: what it is to be.
        number: the version that it must call itself.
        others: the texts of the other kinds with which it would be in force, by kind.

    Returns:
        Faults in the order of their lines; empty when the text may bind.
    """
    try:
        document = read_document(text, kind=kind)
    except DocumentUnreadable as error:
        return error.faults
    faults = [*_numbered(document, number), *_sections(document, kind)]
    if not faults:
        faults = list(_judge_body(text, document, kind, others))
    return tuple(sorted(faults, key=lambda each: (each.line or 0, each.field)))


@lru_cache(maxsize=256)
def compose(texts: tuple[tuple[str, str], ...]) -> Policy:
    """Put the documents of the engine's kinds and the programmes together into its policy.

    Args:
        texts: pairs of kind and text: every kind of `ENGINE_KINDS`, and "programme".

    Returns:
        The engine's policy. Its version is raised by every new version of any part; its notice
        is the longest of its parts.

    Raises:
        DocumentUnreadable: a text is no document of its kind.
        PolicyInvalid: together they are no policy.
    """
    documents = {name: read_document(text, kind=kind_of(name)) for name, text in texts}
    return _load(documents)


def _load(documents: Mapping[str, Document]) -> Policy:
    parts = [documents[name] for name in ENGINE_KINDS]
    frame = documents[FRAME_KIND]
    header = {
        "id": frame.id,
        "version": 1 + sum(each.version - 1 for each in parts),
        "zone": frame.head["zone"],
        "currency": frame.head["currency"],
        "notice_days": max(each.notice_days for each in parts),
        "programmes": [documents["programme"].id],
    }
    body = {name: value for part in parts for name, value in part.body.items()}
    lines = [f"{name} = {inline_toml(value)}" for name, value in {"policy": header, **body}.items()]
    return load_policy_text("\n".join(lines))


def _judge_body(
    text: str, document: Document, kind: Kind, others: Mapping[str, str]
) -> Iterator[Fault]:
    if kind.schema == "own":
        for rule, field, message in flaws_of(kind.name, document.body):
            yield _fault(document, rule, field, message)
    elif kind.schema == "programme":
        yield from _programme_faults(text, document)
    else:
        parts = {name: read_document(each, kind=kind_of(name)) for name, each in others.items()}
        yield from _engine_faults({**parts, kind.name: document}, document)


def _engine_faults(documents: Mapping[str, Document], document: Document) -> Iterator[Fault]:
    try:
        policy = _load(documents)
    except PolicyInvalid as error:
        for problem in error.problems:
            yield _fault(document, problem.rule, problem.path, problem.message)
        return
    places = _places(policy)
    for finding in lint(policy):
        field = _LABELLED.sub(lambda found: places.get(found[1], found[1]), finding.path)
        yield _fault(document, finding.rule, field, finding.message)


def _places(policy: Policy) -> dict[str, str]:
    """Map the labels of the linter, `scenes[open]`, to places in the text, `scenes[6]`."""
    counts: dict[str, int] = {}
    places = {}
    for entry in entries_of(policy):
        place = counts.get(entry.array, 0)
        counts[entry.array] = place + 1
        places[entry.path] = f"{entry.array}[{place}]"
    return places


def _programme_faults(text: str, document: Document) -> Iterator[Fault]:
    try:
        programmes = read_programmes(text)
    except ProgrammeInvalid as error:
        yield _fault(document, "form", error.where, f"{error.rule}, not {error.value!r}")
        return
    for finding in lint_programmes(programmes):
        yield _fault(document, finding.rule, finding.where, finding.message)


def _numbered(document: Document, number: int) -> Iterator[Fault]:
    if document.version != number:
        message = _("This draft is version %(number)d; write version = %(number)d.")
        yield Fault(
            rule="version_differs",
            field="document.version",
            line=document.line_of("document.version"),
            message=message % {"number": number},
        )


def _sections(document: Document, kind: Kind) -> Iterator[Fault]:
    for name in document.body.keys() - set(kind.sections):
        owner = _OWNER.get(name)
        if owner:
            message = _("This section belongs to the policy “%(kind)s”.")
            yield Fault(
                rule="foreign_section",
                field=name,
                line=document.line_of(name),
                message=message % {"kind": kind_of(owner).label},
            )
        else:
            yield _fault(document, "unknown_section", name, "")


def _fault(document: Document, rule: str, field: str, detail: str) -> Fault:
    if field.startswith("policy."):
        field = f"document.{field.removeprefix('policy.')}"
    line = document.line_of(field) if _stands_in(document, field) else None
    return Fault(rule=rule, field=field, line=line, message=rule_words(rule), detail=detail)


def _stands_in(document: Document, field: str) -> bool:
    """Whether this document is to blame, and not one of those it is put together with."""
    section: Any = re.split(r"[.\[]", field, maxsplit=1)[0]
    return section in document.body or section == "document"

"""What the pages of policies are made of: boards of a kind, of a version, of a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from wavepool.domains.people.queries import Workspace
from wavepool.domains.policies import operations, queries
from wavepool.plumbing import approvals
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.states import Event, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind on a board: what holds, what is announced, what is being written."""

    kind: Any
    in_force: Any
    announced: Any
    drafts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a text would change: faults, differences, whom it reaches."""

    faults: tuple[Any, ...]
    differences: tuple[queries.Difference, ...]
    affected: tuple[queries.Affected, ...]
    lines: tuple[Any, ...]
    before: Any

    @property
    def can_bind(self) -> bool:
        """Whether it could be asked for as it is."""
        return not self.faults and bool(self.differences)


def list_kind_rows(versions: list[Any], *, at: datetime) -> list[KindRow]:
    """Every kind with its versions, seen at an instant; versions of any order."""
    rows = []
    for each in versions:
        each.seen_at = at
    for kind in queries.list_kinds():
        mine = [each for each in versions if each.kind == kind.name]
        rows.append(
            KindRow(
                kind=kind,
                in_force=next((each for each in mine if each.holds_at(at)), None),
                announced=next((each for each in mine if each.begins_after(at)), None),
                drafts=tuple(each for each in mine if each.is_draft),
            )
        )
    return rows


def propose(version: Any, text: str, *, at: datetime) -> Proposed:
    """Judge a text as a draft's, beside what holds in the end."""
    kind = queries.get_kind(version.kind)
    texts = queries.list_last_texts()
    before = queries.find_last(version.kind)
    faults = queries.list_faults(
        text,
        kind=kind,
        number=version.number,
        others=queries.others_of(version.kind, texts),
    )
    old = before.text if before else text
    differences = queries.find_differences(version.kind, before=old, after=text)
    proposal = queries.Proposal(
        kind=version.kind, before=old, after=text, differences=differences, at=at
    )
    return Proposed(
        faults=faults,
        differences=differences,
        affected=queries.list_affected(proposal),
        lines=tuple(queries.iterate_lines(text, faults)),
        before=before,
    )


def list_events(versions: list[Any], *, names: bool) -> list[Event]:
    """The history of a kind, newest first; names of staff stay inside."""
    return sorted(
        (event for version in versions for event in _events(version, names=names)),
        key=lambda event: event.at,
        reverse=True,
    )


def list_steps(version: Any, approval: Any) -> list[Step]:
    """The way from a draft to a rule, and where this version stands on it."""
    if version.stage == "withdrawn":
        return []
    asked = approval is not None or not version.is_draft
    agreed = not version.is_draft or (approval is not None and approval.is_approved)
    announced = not version.is_draft
    holds = version.seen_stage in {"in_force", "superseded"}
    done = [True, asked, agreed, announced, holds]
    titles = [
        _("Write"),
        _("Ask a second person"),
        _("Second person agrees"),
        _("Announce"),
        _("In force"),
    ]
    now = done.index(False) if False in done else len(done)
    return [
        Step(title=title, state="done" if place < now else "now" if place == now else "next")
        for place, title in enumerate(titles)
    ]


def version_context(
    version: Any, *, actor: Actor, workspace: Workspace, at: datetime
) -> dict[str, Any]:
    """Everything that the staff page of a version shows, and what the actor may do there."""
    version.seen_at = at
    approval = queries.find_approval(version)
    proposed = propose(version, version.text, at=at) if version.is_draft else None
    makers = queries.list_editors(version)
    is_second = approvals.is_second_person(actor.account_id, makers=makers)
    is_asked = approval is not None and approval.is_open
    begins_at, is_too_early = _begins_at(version, at)
    return {
        "version": version,
        "kind": queries.get_kind(version.kind),
        "approval": approval,
        "requests": queries.list_approvals(version),
        "proposed": proposed,
        "affected": _affected(version, proposed, at),
        "steps": list_steps(version, approval),
        "differences": proposed.differences if proposed else _differences(version),
        "begins_at": begins_at,
        "is_too_early": is_too_early,
        "can_edit": version.is_draft and workspace.can_operate,
        "can_ask": bool(proposed and proposed.can_bind and workspace.can_operate and not approval),
        "can_decide": is_asked and is_second and workspace.can_own,
        "is_maker": is_asked and not is_second,
        "needs_factor": not approvals.has_fresh_factor(actor, as_of=at),
        "can_publish": bool(
            version.is_draft and approval and approval.is_approved and workspace.can_own
        ),
        "can_withdraw": version.can_withdraw
        and (version.is_draft or version.begins_after(at))
        and (workspace.can_operate if version.is_draft else workspace.can_own),
    }


def _affected(
    version: Any, proposed: Proposed | None, at: datetime
) -> tuple[queries.Affected, ...] | None:
    """Whom a version on its way reaches; None for one that binds, is over or was taken back."""
    if proposed is not None:
        return proposed.affected
    return queries.list_affected_by(version, at=at) if version.begins_after(at) else None


def _differences(version: Any) -> tuple[queries.Difference, ...]:
    before = queries.find_before(version)
    if before is None:
        return ()
    return queries.find_differences(version.kind, before=before.text, after=version.text)


def _begins_at(version: Any, at: datetime) -> tuple[datetime | None, bool]:
    """When a draft would bind if it were announced now, and whether that is later than wanted."""
    if not version.is_draft:
        return version.valid_from_at, False
    try:
        return operations.first_instant(version, as_of=at), False
    except operations.NoticeTooShort as error:
        return error.earliest, True


def _events(version: Any, *, names: bool) -> Iterator[Event]:
    number = {"number": version.number}
    author = str(version.author or "") if names else ""
    second = str(version.approved_by or "") if names else ""
    if names:
        title = _("Version %(number)d drafted") % number
        yield Event(at=version.created_at, title=title, who=author)
    if version.announced_at and not version.is_packaged:
        title = _("Version %(number)d announced") % number
        yield Event(
            at=version.announced_at, title=title, text=version.summary, tone="info", who=second
        )
    if version.valid_from_at and version.seen_stage in {"in_force", "superseded"}:
        title = _("Version %(number)d in force") % number
        yield Event(at=version.valid_from_at, title=title, tone="ok")
    if version.seen_stage == "notice":
        title = _("Version %(number)d will be in force") % number
        yield Event(at=version.valid_from_at, title=title)
    if version.withdrawn_at and (names or version.announced_at):
        title = _("Version %(number)d withdrawn") % number
        yield Event(at=version.withdrawn_at, title=title, text=version.reason, tone="warning")

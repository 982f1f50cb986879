"""The steps of a month's close, in their order: each reads the facts and says where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.insights.queries.checklist.facts import (
    Blocker,
    CloseFacts,
    CloseStep,
    Text,
)
from wavepool.domains.statements import queries as statements
from wavepool.plumbing.actor import MACHINE

StepFunction = Callable[[CloseFacts], CloseStep]


def _publish(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "publish",
        "group": "freeze",
        "title": _("Put the shares of the pools to objection"),
        "href": _pool_page(facts),
    }
    pool = facts.pool
    if pool.published_at is not None:
        return CloseStep(**made, state="done", since=pool.published_at, owner=_("Machine"))
    if facts.at < pool.publish_due_at:
        return CloseStep(
            **made,
            state="now",
            owner=_("Machine"),
            until=pool.publish_due_at,
            text=_("Late facts still change the draft until then."),
        )
    return CloseStep(
        **made,
        state="now",
        owner=facts.finance,
        since=pool.publish_due_at,
        text=_("The draft is due; the machine publishes it within the hour, or a person does."),
    )


def _objections(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "objections",
        "group": "freeze",
        "title": _("Answer every objection"),
        "href": _pool_page(facts),
    }
    pool, (first, count) = facts.pool, facts.open_objections
    if pool.published_at is None:
        return CloseStep(**made, owner=facts.finance)
    if count and first is not None:
        text = _("%(count)s objections wait for an answer; the first is due %(day)s") % {
            "count": count,
            "day": first.answer_due_at.date().isoformat(),
        }
        href = reverse("pools.objection", args=[first.public_id])
        return CloseStep(
            **made,
            state="blocked",
            owner=facts.finance,
            since=first.raised_at,
            until=pool.objection_ends_at,
            text=_("The month closes when each has an answer from somebody else than who made it."),
            blockers=(Blocker(text=text, href=href),),
        )
    if facts.at < pool.objection_ends_at:
        return CloseStep(
            **made,
            state="now",
            owner=_("Payees"),
            since=pool.published_at,
            until=pool.objection_ends_at,
            text=_("Payees may object until then; none waits."),
        )
    return CloseStep(**made, state="done", since=pool.objection_ends_at, owner=facts.finance)


def _settle(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "settle",
        "group": "freeze",
        "title": _("Settle the month with a final run"),
    }
    run = facts.final_run
    if run is None:
        is_due = facts.pool.published_at is not None and facts.at >= facts.pool.objection_ends_at
        return CloseStep(
            **made,
            state="now" if is_due else "next",
            owner=facts.finance,
            text=_("It fixes what is known; what comes later is a line of a later month."),
            href=_pool_page(facts),
        )
    href = credits.run_href(run)
    if run.state == "done":
        return CloseStep(
            **made, state="done", since=run.finished_at or run.as_of, owner=_("Machine"), href=href
        )
    if run.state == "failed":
        return CloseStep(
            **made,
            state="blocked",
            owner=facts.finance,
            since=run.finished_at or run.as_of,
            blockers=(Blocker(text=_("The run failed: %s") % run.failure, href=href),),
            href=href,
        )
    return CloseStep(
        **made, state="now", owner=_("Machine"), since=run.as_of, text=run.stage, href=href
    )


def _who(name: str) -> Text:
    """A person's name as it is; the machine's in the reader's words."""
    return _("Machine") if name == MACHINE.name else name


def _close_pools(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "close_pools",
        "group": "freeze",
        "title": _("Close the pools with it"),
        "href": _pool_page(facts),
    }
    pool = facts.pool
    if pool.closed_at is not None:
        return CloseStep(**made, state="done", since=pool.closed_at, owner=_who(pool.closed_by))
    is_settled = facts.final_run is not None and facts.final_run.state == "done"
    return CloseStep(**made, state="now" if is_settled else "next", owner=facts.finance)


def _reconcile(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "reconcile",
        "group": "reconcile",
        "title": _("Hold orders, run, pools, statements and books against each other"),
        "href": _close_page(facts),
    }
    close = facts.close
    if close is None:
        if facts.pool.closed_at is None:
            return CloseStep(**made, owner=facts.finance)
        if facts.take is None:
            return CloseStep(
                **made,
                state="now",
                owner=_("Machine"),
                since=facts.pool.closed_at,
                text=_("The statements of the final run are not all taken in yet."),
            )
        if facts.earlier_open:
            text = _("%s is settled and not closed; months close in their order") % (
                facts.earlier_open
            )
            href = f"{reverse('insights.month_close')}?period={facts.earlier_open}"
            return CloseStep(
                **made,
                state="blocked",
                owner=facts.finance,
                since=facts.take.taken_at,
                blockers=(Blocker(text=text, href=href),),
            )
        return CloseStep(**made, state="now", owner=facts.finance, since=facts.take.taken_at)
    who = facts.staff.get(close.prepared_by, _("Somebody of the team"))
    words: Mapping[str, Text] = statements.CHECK_WORDS
    wrong = [each for each in close.findings if not each["is_ok"]]
    if wrong:
        return CloseStep(
            **made,
            state="blocked",
            owner=who,
            since=close.prepared_at,
            text=_("The two sides of a check differ; nothing can be approved until they agree."),
            blockers=tuple(
                Blocker(
                    text=f"{words.get(each['check'], each['check'])}: {each['detail']}",
                    href=_close_page(facts),
                )
                for each in wrong
            ),
        )
    text = _("%s checks agree") % len(close.findings)
    return CloseStep(**made, state="done", owner=who, since=close.prepared_at, text=text)


def _approve(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "approve",
        "group": "approve",
        "title": _("A second person approves what was reconciled"),
        "href": _close_page(facts),
    }
    close = facts.close
    if close is None or any(not each["is_ok"] for each in close.findings):
        return CloseStep(**made, owner=facts.finance)
    if close.approved_at is not None:
        return CloseStep(**made, state="done", owner=close.approved_name, since=close.approved_at)
    others = [name for account, name in facts.staff.items() if account != close.prepared_by]
    last = facts.requests[0] if facts.requests else None
    blockers = []
    if not others:
        blockers.append(
            Blocker(
                text=_("Whoever prepared it may not approve it, and nobody else may move money"),
                href=reverse("people.staff"),
            )
        )
    if last is not None and last.decision == "rejected":
        words = {"name": last.decided_name, "reason": last.reason}
        text = _("%(name)s refused: %(reason)s") % words
        blockers.append(Blocker(text=text, href=_close_page(facts)))
    return CloseStep(
        **made,
        state="blocked" if blockers else "now",
        owner=", ".join(others) or facts.finance,
        since=close.prepared_at,
        text=_("With a second factor; whoever reconciled it may not."),
        blockers=tuple(blockers),
    )


def _lock(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "lock",
        "group": "lock",
        "title": _("Post the transfers and lock the month"),
        "href": _close_page(facts),
        "owner": _("Machine"),
    }
    close = facts.close
    if close is None or close.approved_at is None:
        return CloseStep(**made)
    if close.locked_at is not None:
        return CloseStep(
            **made,
            state="done",
            since=close.locked_at,
            text=_("The books take nothing for this month any more."),
        )
    text = _("%s chunks are posted; nothing is paid out meanwhile") % close.posted_chunks
    return CloseStep(**made, state="now", since=close.posting_at or close.approved_at, text=text)


def _issue(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {
        "key": "issue",
        "group": "issue",
        "title": _("Issue the statements"),
        "href": _close_page(facts),
        "owner": _("Machine"),
    }
    close = facts.close
    if close is None or close.locked_at is None:
        return CloseStep(**made)
    if close.issued_at is None:
        return CloseStep(**made, state="now", since=close.locked_at)
    return CloseStep(**made, state="done", since=close.issued_at)


def _pay(facts: CloseFacts) -> CloseStep:
    made: dict[str, Any] = {"key": "pay", "group": "pay", "title": _("Pay what the statements owe")}
    close, (net, paid) = facts.close, facts.owed
    if close is None or close.issued_at is None:
        return CloseStep(**made, owner=facts.finance)
    if paid >= net:
        return CloseStep(**made, state="done", owner=facts.finance, since=close.issued_at)
    return CloseStep(
        **made,
        state="now",
        owner=facts.finance,
        since=close.issued_at,
        text=_("Not everything has left yet; what is below the minimum or held stays in wallets."),
    )


STEPS: Final[tuple[StepFunction, ...]] = (
    _publish,
    _objections,
    _settle,
    _close_pools,
    _reconcile,
    _approve,
    _lock,
    _issue,
    _pay,
)


def _pool_page(facts: CloseFacts) -> str:
    return reverse("pools.period", args=[facts.period])


def _close_page(facts: CloseFacts) -> str:
    return reverse("statements.close", args=[facts.period])

"""Tags and filters of every template: money, rates, numbers, times, badges, icons, components.

They are built in: no template loads them. Each component is one partial under
`templates/components/`, one stylesheet under `static/site/css/` whose first
comment shows its markup, and one place on the page `/design/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wavepool.plumbing.charts import Chart
from wavepool.plumbing.lists import ListPage
from wavepool.plumbing.states import Event, State, Step
from wavepool.site.components import assets, charts, figures, icons, tables, values, watching

register = template.Library()

register.filter("rate", values.rate)
register.filter("part", values.part)
register.filter("number", values.number)
register.filter("compact", values.compact)
register.filter("moment", values.moment)
register.filter("day", values.day)
register.simple_tag(values.money, name="money")
register.simple_tag(icons.icon, name="icon")
register.simple_tag(assets.stylesheets, name="stylesheets")
register.simple_tag(assets.htmx, name="htmx")
register.inclusion_tag("components/kpi.html", name="kpi")(figures.kpi)
register.inclusion_tag("components/watching.html", name="watching", takes_context=True)(
    watching.watching
)
register.inclusion_tag("components/sparkline.html", name="sparkline")(figures.sparkline)


@register.inclusion_tag("components/badge.html")
def badge(state: State) -> dict[str, Any]:
    """A state: its name, and why and until when where it has them."""
    return {"state": state}


@register.inclusion_tag("components/table.html", takes_context=True)
def table(
    context: Context,
    page: ListPage,
    *,
    label: str = "",
    empty_title: str = "",
    empty_text: str = "",
    empty_href: str = "",
    empty_action: str = "",
) -> dict[str, Any]:
    """A page of a list with its filters, sort links, neighbours and exports.

    The `empty_` texts are for a list that has nothing yet; one that filters
    emptied says so itself and offers to clear them.
    """
    texts = {
        "label": label,
        "empty_title": empty_title,
        "empty_text": empty_text,
        "empty_href": empty_href,
        "empty_action": empty_action,
        "name": _unique(context, "table"),
    }
    return tables.table(page, texts)


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context: Context, drawn: Chart) -> dict[str, Any]:
    """A chart with its table twin, which is all that stands there without scripts."""
    return charts.chart(drawn, name=_unique(context, "chart"))


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Event], *, label: str = "") -> dict[str, Any]:
    """What happened to a record, newest first as given."""
    return {"events": events, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(way: Sequence[Step], *, label: str = "") -> dict[str, Any]:
    """A way of several steps, or a checklist."""
    done = sum(step.state == "done" for step in way)
    return {"steps": way, "label": label, "done": done, "total": len(way)}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, *, label: str, note: str = "") -> dict[str, Any]:
    """How far a piece of work has come; a total of 0 means that nobody knows."""
    return {"done": done, "total": total, "label": label, "note": note}


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, *, image: str = "") -> dict[str, Any]:
    """A small picture of somebody, or their first letter."""
    return {"letter": str(name).strip()[:1].upper(), "image": image}


@register.inclusion_tag("components/tabs.html")
def tabs(links: Sequence[Any], *, label: str) -> dict[str, Any]:
    """Views of one thing, each with its own address: `navigation.Tab` or anything alike."""
    return {"links": links, "label": label}


@register.simple_block_tag(end_name="endpage_head")
def page_head(content: SafeString, *, title: str, lead: str = "", back: str = "") -> SafeString:
    """The head of a page: what it is, one sentence, and its actions, one of them primary."""
    context = {"content": _trimmed(content), "title": title, "lead": lead, "back": back}
    return _partial("page_head", context)


@register.simple_block_tag(end_name="endcard")
def card(content: SafeString, *, title: str = "", lead: str = "", href: str = "") -> SafeString:
    """A surface for one subject."""
    return _partial("card", {"content": content, "title": title, "lead": lead, "href": href})


@register.simple_block_tag(end_name="endnotice")
def notice(content: SafeString, *, tone: str = "info", title: str = "") -> SafeString:
    """Something to know about this page: info, ok, warning or error."""
    return _partial("notice", {"content": _trimmed(content), "tone": tone, "title": title})


@register.simple_block_tag(end_name="endempty")
def empty(
    content: SafeString, *, title: str, text: str = "", icon: str = "inbox", tone: str = ""
) -> SafeString:
    """Nothing yet, nothing found, no right, not loaded: what will stand here and what helps."""
    context = {
        "content": _trimmed(content),
        "title": title,
        "text": text,
        "icon": icon,
        "tone": tone,
    }
    return _partial("empty", context)


@register.simple_block_tag(end_name="endsheet", takes_context=True)
def sheet(context: Context, content: SafeString, *, title: str, back: str) -> SafeString:
    """A side sheet with an address of its own; `back` is the page that it lies on."""
    names = {"name": _unique(context, "sheet")}
    return _partial("sheet", {"content": content, "title": title, "back": back, **names})


@register.simple_block_tag(end_name="enddialog")
def dialog(
    content: SafeString,
    *,
    name: str,
    label: str,
    title: str,
    tone: str = "",
    variant: str = "outline",
    size: str = "",
) -> SafeString:
    """A button that asks before it acts; without scripts the question opens in place.

    Args:
        content: the question: usually a form with the button that acts.
        name: unique on the page.
        label: what the opening button says.
        title: the question itself.
        tone: "destructive" where something is lost.
        variant: how the opening button looks.
        size: "sm" in dense places.
    """
    variant = "destructive" if tone == "destructive" else variant
    shown = {"content": content, "name": name, "label": label, "title": title}
    return _partial("dialog", {**shown, "tone": tone, "variant": variant, "size": size})


def _trimmed(content: SafeString) -> SafeString:
    # What a template rendered stays as safe as it was.
    return mark_safe(content.strip())


def _partial(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


def _unique(context: Context, kind: str) -> str:
    """A name that no other component of this page has."""
    # The lowest layer is the one that a page shares with everything it includes.
    shared: Any = context.render_context.dicts[0]
    counts: dict[str, int] = shared.setdefault("house_names", {})
    counts[kind] = counts.get(kind, 0) + 1
    return f"{kind}-{counts[kind]}"

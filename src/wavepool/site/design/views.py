"""Pages that show what the templates of the site are made of."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.routes import access
from wavepool.site.design import records, samples


class SampleForm(forms.Form):
    """One field of each kind, with a hint, a fault and a choice."""

    name = forms.CharField(label=_("Plan name"), max_length=80)
    rate = forms.DecimalField(label=_("Commission"), help_text=_("Per cent of what was paid."))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("open", _("Open")), ("target", _("For invited creators"))]
    )
    starts_date = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    note = forms.CharField(label=_("Note to creators"), widget=forms.Textarea, required=False)
    channel = forms.ChoiceField(
        label=_("Where it counts"),
        choices=[("live", _("Live rooms")), ("content", _("Content"))],
        widget=forms.RadioSelect,
    )
    samples = forms.BooleanField(
        label=_("Offer samples"),
        help_text=_("You ship them; late ones are listed."),
        required=False,
    )


@access("public")
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    filled = {"name": "Spring tea", "rate": "140", "kind": "open", "email": "bao@"}
    form = SampleForm(filled)
    form.add_error("rate", _("A commission is at most 90 per cent."))
    context = {
        "form": form,
        "states": samples.states(),
        "table": records.lines(request.path),
        "table_filtered": records.nothing_found(request.path),
        "table_empty": records.nothing_yet(request.path),
        "charts": samples.charts(),
        "events": samples.events(),
        "steps": samples.steps(),
        "tabs": samples.tabs(request.path),
        "course": samples.COURSE,
        "net": (12_845_020, "CNY"),
        "as_of": samples.AT,
        "icons": samples.icon_names(),
    }
    return render(request, "pages/design.html", context)


@access("public")
def console(request: HttpRequest) -> HttpResponse:
    """A page of a workspace as its people see it, with made-up numbers."""
    context = _console(request)
    return render(request, "pages/console.html", context)


@access("public")
def why(request: HttpRequest) -> HttpResponse:
    """The same page with a side sheet open."""
    return render(request, "pages/console.html", {**_console(request), "has_sheet": True})


def _console(request: HttpRequest) -> dict[str, object]:
    return {
        "user": samples.USER,
        "workspace": samples.WORKSPACE,
        "workspaces": samples.doors(),
        "navigation": samples.navigation(),
        "table": records.lines(request.path),
        "events": samples.events(),
        "steps": samples.steps(),
        "tabs": samples.tabs(request.path),
        "course": samples.COURSE,
        "other_course": samples.OTHER_COURSE,
        "state": samples.states()[1],
        "bridge": samples.bridge(),
        "days": samples.days(),
        "payable": (1_182_640, "CNY"),
        "estimated": (2_316_905, "CNY"),
        "held": (184_200, "CNY"),
        "as_of": samples.AT,
    }

"""Forms of pools: an objection and its answer, a payment, the fund."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.pools import queries
from wavepool.engine.money import MoneyError, minor_from_text
from wavepool.engine.policy import Policy
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError

_LONG = forms.Textarea(attrs={"rows": 4})


class ObjectionForm(forms.Form):
    """What is wrong with a share."""

    month = forms.CharField(max_length=7, widget=forms.HiddenInput)
    pool = forms.CharField(max_length=40, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is wrong with your share"),
        max_length=2000,
        widget=_LONG,
        help_text=_("Name the piece, the order or the day; somebody else answers with reasons."),
    )


class AnswerForm(forms.Form):
    """An answer with its reasons."""

    outcome = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("upheld", _("Upheld: a corrected draft has to follow")),
            ("rejected", _("Rejected: the share stays")),
        ],
    )
    answer = forms.CharField(
        label=_("Reasons"),
        max_length=2000,
        widget=_LONG,
        help_text=_("The payee reads them word for word."),
    )


class PaymentForm(forms.Form):
    """Which payment paid a month."""

    reference = forms.CharField(
        label=_("Payment"), max_length=120, help_text=_("As the bank or the ledger names it.")
    )


class AmountField(forms.CharField):
    """A decimal amount in one currency; gives minor units."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(
            label=_("Amount (%(currency)s)") % {"currency": currency},
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **options,
        )
        self.currency = currency

    def clean(self, value: Any) -> Any:
        """Read the amount exactly."""
        try:
            return minor_from_text(super().clean(value), self.currency)
        except MoneyError as error:
            raise ValidationError(_("Write the amount as a number like 1250.00.")) from error


class FundForm(forms.Form):
    """A new fund."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three letters, for example CNY.")
    )
    first_year = forms.IntegerField(label=_("First year"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("Last year"), min_value=2000, max_value=2100)


class _PlaceForm(forms.Form):
    """A pool, or one scene of it."""

    place = forms.ChoiceField(label=_("Pool or scene"))

    def clean_place(self) -> tuple[str, str]:
        """Pool and scene; an empty scene means the whole pool."""
        pool_id, _colon, scene_id = str(self.cleaned_data["place"]).partition(":")
        return pool_id, scene_id


class CommitmentForm(_PlaceForm):
    """Another amount for a year and place."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=_LONG)
    field_order = ("year", "place", "amount", "reason")

    def __init__(self, data: Any = None, *, currency: str) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(currency=currency)
        self.fields["place"].choices = place_choices(currency)  # type: ignore[attr-defined]
        self.order_fields(self.field_order)


class ReleaseForm(_PlaceForm):
    """Committed money for a pool's month."""

    month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label=_("Month"), help_text=_("For example 2026-11.")
    )
    field_order = ("month", "place", "amount")

    def __init__(self, data: Any = None, *, currency: str) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(currency=currency)
        self.fields["place"].choices = place_choices(currency)  # type: ignore[attr-defined]
        self.order_fields(self.field_order)


class SeenForm(forms.Form):
    """The digest of the change that was on the screen; another content is another decision."""

    seen_digest = forms.CharField(max_length=64, min_length=64, widget=forms.HiddenInput)


class RefusalForm(SeenForm):
    """A refusal with its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)


def place_choices(currency: str) -> list[tuple[str, str]]:
    """Pools of a currency in the policy in force, each followed by its scenes."""
    try:
        policy: Policy = policies.compose_engine_policy(at=clock.now())
    except policies.NoPolicyInForce:
        return []
    choices = []
    for pool in policy.pools:
        if pool.currency != currency:
            continue
        choices.append((pool.id, queries.pool_name(pool)))
        choices += [
            (f"{pool.id}:{scene.id}", f"{queries.pool_name(pool)}: {queries.pool_name(scene)}")
            for scene in policy.scenes
            if scene.pool == pool.id
        ]
    return choices


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))

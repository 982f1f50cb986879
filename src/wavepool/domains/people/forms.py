"""Forms of people: what somebody typed, checked, as operations take it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wavepool.domains.people import operations, queries
from wavepool.plumbing.windows import day_window

_DATE: Final = {"type": "date"}
_LINE: Final = {"rows": 3}


def role_choices() -> list[Any]:
    """Roles of the taxonomy by group, in the reader's language."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for role in queries.list_roles():
        groups.setdefault(str(role.group), []).append((role.id, str(role.name)))
    return [("", "—"), *((group, tuple(roles)) for group, roles in groups.items())]


class BecomeForm(forms.Form):
    """The first step of a creator."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("How people call you."))
    handle = forms.SlugField(
        label=_("Handle"), max_length=60, help_text=_("Your address here; letters and dashes.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    shop = forms.SlugField(
        label=_("Shop"),
        max_length=60,
        required=False,
        help_text=_("The address of your shop, if you are its own host."),
    )


class ShopForm(forms.Form):
    """A new shop."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("How people call you."))
    slug = forms.SlugField(
        label=_("Address"), max_length=60, help_text=_("Your address here; letters and dashes.")
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in ("CNY", "USD", "EUR", "JPY")]
    )


class AgencyForm(forms.Form):
    """A new agency."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("How people call you."))
    slug = forms.SlugField(
        label=_("Address"), max_length=60, help_text=_("Your address here; letters and dashes.")
    )


class ProfileForm(forms.Form):
    """How a creator is shown."""

    name = forms.CharField(label=_("Name"), max_length=120)
    bio = forms.CharField(label=_("About you"), max_length=400, widget=forms.Textarea(attrs=_LINE))
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)


class ChannelForm(forms.Form):
    """An account on a channel."""

    channel = forms.CharField(label=_("Channel"), max_length=60)
    external_id = forms.CharField(label=_("Account id there"), max_length=120)
    name = forms.CharField(label=_("Name there"), max_length=120)


class ClaimForm(forms.Form):
    """A claim by the code of the older platform."""

    platform = forms.CharField(label=_("Older platform"), max_length=60)
    external_id = forms.CharField(label=_("Account id there"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=120, help_text=_("The older platform gave it to you.")
    )


class DisputeForm(forms.Form):
    """A dispute of somebody else's claim."""

    platform = forms.CharField(label=_("Older platform"), max_length=60)
    external_id = forms.CharField(label=_("Account id there"), max_length=120)
    evidence = forms.CharField(
        label=_("Why it is yours"), max_length=1000, widget=forms.Textarea(attrs=_LINE)
    )


class InviteForm(forms.Form):
    """An invitation into a team."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=(), initial="operator")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = queries.seat_roles()


class ReasonForm(forms.Form):
    """A reason that the other side reads."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs=_LINE))


class TermsForm(forms.Form):
    """Terms of a contract; shares are typed in percent."""

    direct = forms.DecimalField(
        label=_("Share of direct commission, %"),
        initial=20,
        min_value=0,
        max_value=100,
        decimal_places=4,
    )
    pool = forms.DecimalField(
        label=_("Share of pool awards, %"), initial=20, min_value=0, max_value=100, decimal_places=4
    )
    award = forms.DecimalField(
        label=_("Share of programme awards, %"),
        initial=0,
        min_value=0,
        max_value=100,
        decimal_places=4,
    )
    is_exclusive = forms.BooleanField(
        label=_("Exclusive"),
        required=False,
        initial=True,
        help_text=_("No other agency may have a share while this contract applies."),
    )
    ends_date = forms.DateField(
        label=_("Last day of the term"),
        required=False,
        widget=forms.DateInput(attrs=_DATE),
        help_text=_("Leave it empty for a contract without an end."),
    )
    unbinding_days = forms.IntegerField(
        label=_("Days to answer a request to end it"),
        min_value=1,
        max_value=60,
        initial=15,
        help_text=_("Without an answer the contract ends by itself."),
    )
    data_scope = forms.MultipleChoiceField(
        label=_("Data that the agency may read"),
        choices=list(queries.DATA_SCOPES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    may = forms.MultipleChoiceField(
        label=_("What the agency may do in the studio"),
        choices=queries.grantable_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    SHARES: ClassVar = ("direct", "pool", "award")

    def terms(self) -> operations.ContractTerms:
        """The terms as operations take them; a term ends with its last day."""
        given = self.cleaned_data
        last = given["ends_date"]
        zone = settings.OPERATOR_ZONE
        ends_at = day_window(last + timedelta(days=1), zone=zone).starts_at if last else None
        shares = {f"{each}_ppm": int(given[each] * 10_000) for each in self.SHARES}
        return operations.ContractTerms(
            **shares,
            is_exclusive=given["is_exclusive"],
            data_scope=given["data_scope"],
            may=given["may"],
            ends_at=ends_at,
            unbinding_days=given["unbinding_days"],
        )


class ProposeForm(TermsForm):
    """A proposal to a creator."""

    field_order = ("handle",)
    handle = forms.SlugField(label=_("Creator's handle"), max_length=60)


class IntroductionForm(forms.Form):
    """An agency says that it brought an anchor."""

    handle = forms.SlugField(label=_("Anchor's handle"), max_length=60)
    introduced_date = forms.DateField(label=_("Introduced on"), widget=forms.DateInput(attrs=_DATE))
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=1000,
        widget=forms.Textarea(attrs=_LINE),
        help_text=_("What shows it: messages, a training record, a signed paper."),
    )

    def introduced_at(self) -> datetime:
        """The start of that day, in the operator's zone."""
        day = self.cleaned_data["introduced_date"]
        start = datetime.combine(day, time(), ZoneInfo(settings.OPERATOR_ZONE))
        return start.astimezone(UTC)


class VerificationForm(forms.Form):
    """An identity; its number leaves this form sealed."""

    legal_name = forms.CharField(label=_("Full legal name"), max_length=120)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        initial="CN",
        help_text=_("Two letters, such as CN."),
    )
    document = forms.ChoiceField(
        label=pgettext_lazy("identity", "Document"), choices=queries.document_choices
    )
    number = forms.CharField(
        label=pgettext_lazy("identity", "Number"),
        min_length=6,
        max_length=40,
        help_text=_("We keep a seal of it and its last characters, never the number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    scan = forms.FileField(
        label=_("Picture or PDF of it"),
        required=False,
        help_text=_("Only you and our staff can open it."),
    )

    def sealed(self) -> queries.SealedNumber:
        """The number, sealed."""
        given = self.cleaned_data
        return queries.seal_number(
            given["number"], country=given["country"], document=given["document"]
        )


class PayeeForm(forms.Form):
    """Who is paid."""

    payee = forms.TypedChoiceField(label=_("Paid to"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        choice = self.fields["payee"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = choices


class ImportForm(forms.Form):
    """A file of accounts of an older platform."""

    platform = forms.CharField(label=_("Older platform"), max_length=60)
    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX, Parquet or NDJSON; at most 20,000 rows.")
    )
    levels = forms.CharField(
        label=_("Levels"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One line each: name of the old level = our level from 0 to 9."),
        initial="\n".join(f"{name} = {level}" for name, level in operations.LEVELS.items()),
    )

    def clean_levels(self) -> dict[str, int]:
        """Our level by the name of the old one."""
        levels: dict[str, int] = {}
        for number, line in enumerate(self.cleaned_data["levels"].splitlines(), 1):
            if not line.strip():
                continue
            name, _sign, level = (part.strip() for part in line.rpartition("="))
            if not name or not (level.isascii() and level.isdigit() and int(level) <= 9):
                message = _("Line %(number)s is not of the form: name = level")
                raise forms.ValidationError(message, params={"number": number})
            levels[name] = int(level)
        return levels


class LevelForm(forms.Form):
    """A level, with its reason."""

    level = forms.IntegerField(label=_("Level"), min_value=0, max_value=9)
    reason = forms.CharField(label=_("Reason"), max_length=400)


class RestrictForm(forms.Form):
    """A restriction, with its reason and end."""

    scope = forms.ChoiceField(label=_("What is restricted"), choices=queries.scope_choices)
    reason = forms.CharField(label=_("Reason"), max_length=400)
    until_date = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DATE),
        help_text=_("Leave it empty for a restriction until it is lifted."),
    )

    def until_at(self) -> datetime | None:
        """The end of the last day, in the operator's zone."""
        last = self.cleaned_data["until_date"]
        if last is None:
            return None
        return day_window(last + timedelta(days=1), zone=settings.OPERATOR_ZONE).starts_at

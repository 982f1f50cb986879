"""Forms of sign-in, which guard what allauth's own leave to a cache, and of API keys."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import clock, keys
from wavepool.plumbing.throttles import Limit, client_address, same_name

CODE_GUESSES: Final = Limit(name="second_factor.account", limit=5, window_s=300)
#: A code opens once; a time-based one is valid for a minute and a half at most.
CODE_USES: Final = Limit(name="second_factor.used", limit=1, window_s=300)
RESETS_BY_ADDRESS: Final = Limit(name="password_reset.address", limit=20, window_s=600)
RESETS_BY_NAME: Final = Limit(name="password_reset.account", limit=3, window_s=3600)


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a new password: the same answer for a known, an unknown and a flooded address."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse an address that asks too often."""
        cleaned: dict[str, Any] | None = super().clean()
        if not RESETS_BY_ADDRESS.take(client_address(context.request), at=clock.now()):
            raise ValidationError(
                _("Too many requests from your network. Try again in ten minutes."),
                code="too_many",
            )
        return cleaned

    def save(self, request: HttpRequest, **options: Any) -> str:
        """Send the mail, at most three an hour to one account."""
        email = str(self.cleaned_data["email"])
        if not RESETS_BY_NAME.take(same_name(email), at=clock.now()):
            return email
        return str(super().save(request, **options))


class _OnceOnly:
    """Five guesses at a code, and no code twice, whichever process is asked."""

    user: Any

    def clean_code(self) -> str:
        """Take a slot, let allauth look, then use the code up."""
        person = str(self.user.pk)
        if not CODE_GUESSES.take(person, at=clock.now()):
            raise ValidationError(
                _("Too many wrong codes. Try again in five minutes."), code="too_many"
            )
        code = str(super().clean_code())  # type: ignore[misc]
        if not CODE_USES.take(f"{person}:{''.join(code.split())}", at=clock.now()):
            raise ValidationError(
                _("This code was used before. Wait for the next one."), code="used"
            )
        CODE_GUESSES.give_back(person)
        return code


class SecondFactorForm(_OnceOnly, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class SecondFactorAgainForm(_OnceOnly, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The second factor again, before something delicate."""


class KeyForm(forms.Form):
    """Make an API key."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What it is for, so that you know it again.")
    )
    mode = forms.ChoiceField(
        label=_("Kind"),
        choices=[("live", _("Live: reads and changes")), ("test", _("Test: reads only"))],
    )
    scopes = forms.MultipleChoiceField(
        label=_("Rights"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give a key only what its program needs."),
    )
    days = forms.ChoiceField(
        label=_("Works for"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("One year"))],
        initial="90",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, f"{label} ({name})") for name, label in keys.scopes().items()]

"""Accounts: who signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountManager(BaseUserManager["Account"]):
    """Make accounts; an address is one account whatever its letter case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Add an account; without a password it signs in by other means only."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find by e-mail, whatever its letter case."""
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser):
    """One sign-in of one human being, who may wear many hats."""

    class Theme(models.TextChoices):
        """Light, dark, or as the device says."""

        DEVICE = "device", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Gain(models.TextChoices):
        """The colour of a rise; Chinese boards use red for up."""

        GREEN = "green", _("Green is up")
        RED = "red", _("Red is up")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=16, blank=True)
    # Empty until it was chosen; then it goes before what a browser remembers.
    theme = models.CharField(max_length=8, choices=Theme.choices, blank=True)
    gain_colour = models.CharField(max_length=8, choices=Gain.choices, blank=True)
    is_active = models.BooleanField(default=True)
    # Known once an identity was verified; several accounts may be one person's.
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

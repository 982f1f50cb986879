"""API keys: what is kept of them is a keyed digest, never the key."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.states import State


class ApiKey(models.Model):
    """One key of an account, as far as the house may remember it.

    Attributes:
        public_id: how pages and the trail name it.
        digest: HMAC-SHA256 of the key; the key itself is shown once and forgotten.
        hint: the first characters, so that people recognise it.
        account_id: whose rights it carries.
        party_kind, party_id: the one workspace that it is confined to, if any.
        scopes: what it may do, sorted.
        is_live: a test key is for trying things out and carries `wp_test_`.
        replaces_id: the key that this one was rotated from.
    """

    public_id = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    account_id = models.BigIntegerField()
    party_kind = models.CharField(max_length=20, blank=True)
    party_id = models.BigIntegerField(null=True)
    scopes = models.JSONField(default=list)
    is_live = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaces_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account_id", "-created_at"], name="apikey_account")
        ]

    def __str__(self) -> str:
        return self.hint

    def is_open(self, at: datetime) -> bool:
        """Whether it opens doors at a time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def state(self, at: datetime) -> State:
        """What people see of it."""
        if self.revoked_at is not None:
            return State(name="revoked", label=_("Revoked"), tone="error", why=_("Revoked by you."))
        if self.expires_at is not None and at >= self.expires_at:
            return State(
                name="expired", label=_("Expired"), tone="neutral", why=_("Its term is over.")
            )
        if self.expires_at is not None:
            return State(name="active", label=_("Active"), tone="ok", until=self.expires_at)
        return State(name="active", label=_("Active"), tone="ok")

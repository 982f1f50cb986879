"""What an account was told, in the words of its reader."""

from __future__ import annotations

from typing import Any

from wavepool.plumbing.models import Notification
from wavepool.site.notifications import told


def told_to(account: Any) -> list[tuple[str, str]]:
    """Titles and addresses of an account's notifications, the oldest first."""
    rows = Notification.objects.filter(account_id=account.pk).order_by("pk")
    return [(told(row).title, row.href) for row in rows]

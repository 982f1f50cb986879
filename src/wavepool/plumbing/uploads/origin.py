"""Where files are fetched from: an origin of their own, if the operator gave one.

A file that runs in a browser after all then runs where no session, no cookie and
no page of ours is. What is not for everybody is fetched by a signed link of a
few minutes, given out by the site after it looked at who asks.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

#: How long a signed link opens its file.
LINK_SECONDS: Final = 300
_SALT: Final = "wavepool.uploads.link"


def files_host() -> str:
    """Host and port that serve nothing but files, "" where the site does it itself."""
    return str(urlsplit(settings.FILES_ORIGIN).netloc).lower()


def public_address(public_id: str) -> str:
    """Where everybody fetches a public file."""
    return f"{settings.FILES_ORIGIN}{_path(public_id)}"


def signed_address(public_id: str) -> str:
    """Where a file that is not for everybody can be fetched for `LINK_SECONDS`."""
    seal = signing.TimestampSigner(salt=_SALT).sign(public_id).partition(":")[2]
    return f"{settings.FILES_ORIGIN}{_path(public_id)}?{urlencode({'seal': seal})}"


def is_sealed(public_id: str, seal: str) -> bool:
    """Whether the seal of a link was given out for this file, and lately."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(f"{public_id}:{seal}", max_age=LINK_SECONDS)
    except signing.BadSignature:
        return False
    return True


def _path(public_id: str) -> str:
    return reverse("files.download", args=[public_id], urlconf=settings.ROOT_URLCONF)

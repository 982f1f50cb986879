"""The addresses of a request under the prefix of a language; see `site.twins`."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, include, path

from wavepool.site import urls
from wavepool.site.twins import APART, PREFIX

Pattern = URLPattern | URLResolver


def has_twin(pattern: Pattern) -> bool:
    """Whether what a pattern of the site opens stands under the prefix too.

    >>> has_twin(path("help/", print)), has_twin(path("staff/", print))
    (True, False)
    """
    return not str(pattern.pattern).startswith(APART)


PAGES: Final[list[Pattern]] = [each for each in urls.urlpatterns if has_twin(each)]
OTHERS: Final[list[Pattern]] = [each for each in urls.urlpatterns if not has_twin(each)]
urlpatterns: list[Pattern] = [path(PREFIX, include(PAGES)), *OTHERS]

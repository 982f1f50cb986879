"""Every address of the site; each domain brings the lists of its areas."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, include, path

from wavepool.domains.catalog import urls as catalog
from wavepool.domains.content import urls as content
from wavepool.domains.credits import urls as credits
from wavepool.domains.events import urls as events
from wavepool.domains.insights import urls as insights
from wavepool.domains.ledger import urls as ledger
from wavepool.domains.live import urls as live
from wavepool.domains.orders import urls as orders
from wavepool.domains.payouts import urls as payouts
from wavepool.domains.people import urls as people
from wavepool.domains.policies import urls as policies
from wavepool.domains.pools import urls as pools
from wavepool.domains.programmes import urls as programmes
from wavepool.domains.risk import urls as risk
from wavepool.domains.scores import urls as scores
from wavepool.domains.statements import urls as statements
from wavepool.site import (
    account,
    api,
    files,
    health,
    jobs,
    notifications,
    preferences,
    search,
    views,
)
from wavepool.site.demo import views as demo
from wavepool.site.design import views as design

#: Each brings a list for every area that it has pages in.
DOMAINS: Final = (
    people,
    catalog,
    policies,
    ledger,
    content,
    events,
    orders,
    live,
    credits,
    risk,
    scores,
    programmes,
    pools,
    statements,
    payouts,
    insights,
)
AREAS: Final = {
    "public": "",
    "studio": "studio/<slug:handle>/",
    "merchant": "merchant/<slug:shop>/",
    "agency": "agency/<slug:org>/",
    "staff": "staff/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", search.search, name="search"),
    path("studio/<slug:handle>/search/", search.search_studio, name="search.studio"),
    path("merchant/<slug:shop>/search/", search.search_merchant, name="search.merchant"),
    path("agency/<slug:org>/search/", search.search_agency, name="search.agency"),
    path("staff/search/", search.search_staff, name="search.staff"),
    path("help/", views.help_page, name="help"),
    path("design/", design.design, name="design"),
    path("design/console/", design.console, name="design.console"),
    path("design/console/why/", design.why, name="design.why"),
    path("preferences/", preferences.save, name="preferences"),
    path("demo/", demo.pick, name="demo"),
    path("demo/enter/<slug:role>/", demo.enter, name="demo.enter"),
    path("account/keys/", account.list_keys, name="account.keys"),
    path("account/keys/<slug:key>/rotate/", account.rotate_key, name="account.rotate_key"),
    path("account/keys/<slug:key>/revoke/", account.revoke_key, name="account.revoke_key"),
    path("notifications/", notifications.listing, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications.read_all"),
    path(
        "notifications/<slug:notification>/read/",
        notifications.read,
        name="notifications.read",
    ),
    path("files/<slug:file>", files.download, name="files.download"),
    path("api/openapi.json", api.openapi, name="api.openapi"),
    path("api/docs", api.reference, name="api.docs"),
    path("api/v1/", api.api.urls),
    path("healthz", health.alive, name="health.alive"),
    path("readyz", health.ready, name="health.ready"),
    path("metrics", health.metrics, name="health.metrics"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(jobs.public)),
    path("staff/", include(jobs.staff)),
    *(
        path(prefix, include(getattr(domain, area)))
        for area, prefix in AREAS.items()
        for domain in DOMAINS
        if hasattr(domain, area)
    ),
]

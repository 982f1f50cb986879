"""Every address of the site; each domain brings the lists of its areas."""

from __future__ import annotations

from django.urls import include, path

from wavepool.domains.catalog import urls as catalog
from wavepool.domains.content import urls as content
from wavepool.domains.credits import urls as credits
from wavepool.domains.events import urls as events
from wavepool.domains.insights import urls as insights
from wavepool.domains.ledger import urls as ledger
from wavepool.domains.live import urls as live
from wavepool.domains.orders import urls as orders
from wavepool.domains.people import urls as people
from wavepool.domains.policies import urls as policies
from wavepool.domains.pools import urls as pools
from wavepool.domains.risk import urls as risk
from wavepool.domains.scores import urls as scores
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

urlpatterns = [
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
    path("", include(people.public)),
    path("", include(catalog.public)),
    path("", include(policies.public)),
    path("", include(content.public)),
    path("", include(events.public)),
    path("", include(orders.public)),
    path("", include(live.public)),
    path("", include(risk.public)),
    path("", include(pools.public)),
    path("", include(insights.public)),
    path("studio/<slug:handle>/", include(people.studio)),
    path("studio/<slug:handle>/", include(catalog.studio)),
    path("studio/<slug:handle>/", include(ledger.studio)),
    path("studio/<slug:handle>/", include(content.studio)),
    path("studio/<slug:handle>/", include(events.studio)),
    path("studio/<slug:handle>/", include(live.studio)),
    path("studio/<slug:handle>/", include(credits.studio)),
    path("studio/<slug:handle>/", include(risk.studio)),
    path("studio/<slug:handle>/", include(scores.studio)),
    path("studio/<slug:handle>/", include(pools.studio)),
    path("merchant/<slug:shop>/", include(people.merchant)),
    path("merchant/<slug:shop>/", include(catalog.merchant)),
    path("merchant/<slug:shop>/", include(ledger.merchant)),
    path("merchant/<slug:shop>/", include(orders.merchant)),
    path("merchant/<slug:shop>/", include(credits.merchant)),
    path("merchant/<slug:shop>/", include(risk.merchant)),
    path("merchant/<slug:shop>/", include(insights.merchant)),
    path("agency/<slug:org>/", include(people.agency)),
    path("agency/<slug:org>/", include(ledger.agency)),
    path("agency/<slug:org>/", include(credits.agency)),
    path("agency/<slug:org>/", include(risk.agency)),
    path("staff/", include(people.staff)),
    path("staff/", include(catalog.staff)),
    path("staff/", include(jobs.staff)),
    path("staff/", include(policies.staff)),
    path("staff/", include(ledger.staff)),
    path("staff/", include(content.staff)),
    path("staff/", include(events.staff)),
    path("staff/", include(orders.staff)),
    path("staff/", include(live.staff)),
    path("staff/", include(credits.staff)),
    path("staff/", include(risk.staff)),
    path("staff/", include(scores.staff)),
    path("staff/", include(pools.staff)),
    path("staff/", include(insights.staff)),
]

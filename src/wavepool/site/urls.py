"""Every address of the site; each domain brings the lists of its areas."""

from __future__ import annotations

from django.urls import include, path

from wavepool.domains.people import urls as people
from wavepool.site import design, preferences, views
from wavepool.site.demo import views as demo

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("design/", design.design, name="design"),
    path("preferences/", preferences.save, name="preferences"),
    path("demo/", demo.pick, name="demo"),
    path("demo/enter/<slug:role>/", demo.enter, name="demo.enter"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(people.public)),
    path("studio/<slug:handle>/", include(people.studio)),
    path("merchant/<slug:shop>/", include(people.merchant)),
    path("agency/<slug:org>/", include(people.agency)),
    path("staff/", include(people.staff)),
]

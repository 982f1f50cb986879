"""Addresses of events, by area."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.events.views import links, quarantine, sources, visits
from wavepool.domains.events.views import public as public_pages
from wavepool.domains.events.views import staff as staff_pages
from wavepool.plumbing.lists import list_paths

public = [
    path("go/<slug:link_code>", public_pages.go, name="events.go"),
    path("ingest/v1/page", public_pages.say, name="events.say"),
    path("hooks/<slug:connector>/<slug:endpoint>/", public_pages.hook, name="events.hook"),
    path("account/visits/", visits.visits, name="events.visits"),
    *(
        path(f"account/visits/{deed}/", visits.decide, {"deed": deed}, name=f"events.{deed}")
        for deed in ("agree", "withdraw", "forget")
    ),
]
studio = [
    *list_paths("links", links.links, name="events.links"),
    path("links/new/", links.new_link, name="events.new_link"),
    path("links/<slug:link>/", links.link, name="events.link"),
    path("links/<slug:link>/qr.svg", links.qr, name="events.qr"),
    path("links/<slug:link>/codes/", links.add_code, name="events.add_code"),
    path("links/<slug:link>/end/", links.end_link, name="events.end_link"),
]
staff = [
    path("events/", staff_pages.volume, name="events.volume"),
    *list_paths("lake", staff_pages.lake, name="events.lake"),
    *list_paths("sources", sources.sources, name="events.sources"),
    path("sources/new/", sources.new_source, name="events.new_source"),
    path("sources/<slug:source>/", sources.source, name="events.source"),
    path("sources/<slug:source>/rotate/", sources.rotate_source, name="events.rotate_source"),
    path("sources/<slug:source>/end/", sources.end_source, name="events.end_source"),
    *list_paths("hooks", sources.hooks, name="events.hooks"),
    path("hooks/new/", sources.new_endpoint, name="events.new_endpoint"),
    path("hooks/<slug:endpoint>/", sources.endpoint, name="events.endpoint"),
    path("hooks/<slug:endpoint>/rotate/", sources.rotate_endpoint, name="events.rotate_endpoint"),
    path("hooks/<slug:endpoint>/end/", sources.end_endpoint, name="events.end_endpoint"),
    *list_paths("quarantine", quarantine.quarantine, name="events.quarantine"),
    path("quarantine/<slug:event>/", quarantine.event, name="events.event"),
    path("quarantine/<slug:event>/replay/", quarantine.replay, name="events.replay"),
    path("quarantine/<slug:event>/drop/", quarantine.drop, name="events.drop"),
    path(
        "quarantine/reasons/<slug:reason>/replay/",
        quarantine.replay_reason,
        name="events.replay_reason",
    ),
]

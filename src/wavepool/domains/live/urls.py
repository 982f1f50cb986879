"""Addresses of live sessions, by area."""

from __future__ import annotations

from django.urls import URLPattern, path

from wavepool.domains.live.views import public as public_pages
from wavepool.domains.live.views import staff as staff_pages
from wavepool.domains.live.views import studio as studio_pages
from wavepool.plumbing.lists import list_paths

public: list[URLPattern] = [
    *list_paths("live", public_pages.sessions, name="live.public_sessions"),
    path("live/<slug:session>/", public_pages.session, name="live.session"),
    path("c/<slug:handle>/schedule.ics", public_pages.schedule, name="live.schedule"),
]
studio: list[URLPattern] = [
    *list_paths("sessions", studio_pages.sessions, name="live.sessions"),
    path("sessions/new/", studio_pages.new_session, name="live.new_session"),
    path("sessions/<slug:session>/", studio_pages.session, name="live.studio_session"),
    path("sessions/<slug:session>/edit/", studio_pages.edit_session, name="live.edit_session"),
    path(
        "sessions/<slug:session>/cancel/", studio_pages.cancel_session, name="live.cancel_session"
    ),
    *(
        path(
            f"sessions/<slug:session>/{deed}/",
            studio_pages.act,
            {"deed": deed},
            name=f"live.{deed}_session",
        )
        for deed in studio_pages.DEEDS
    ),
    *(
        path(
            f"sessions/<slug:session>/items/<slug:item>/{deed}/",
            studio_pages.act_on_item,
            {"deed": deed},
            name=f"live.{deed.replace('-', '_')}_item",
        )
        for deed in studio_pages.ITEM_DEEDS
    ),
]
staff: list[URLPattern] = [
    *list_paths("sessions", staff_pages.sessions, name="live.staff_sessions"),
    path("sessions/<slug:session>/", staff_pages.session, name="live.staff_session"),
    path("sessions/<slug:session>/cut/", staff_pages.cut_session, name="live.cut_session"),
]

"""Addresses of content, by area."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.content.views import admissions
from wavepool.domains.content.views import public as public_pages
from wavepool.domains.content.views import staff as staff_pages
from wavepool.domains.content.views import studio as studio_pages
from wavepool.plumbing.lists import list_paths

public = [
    *list_paths("v", public_pages.pieces, name="content.public_pieces"),
    *list_paths("following", public_pages.followed_pieces, name="content.followed_pieces"),
    *list_paths(
        "c/<slug:handle>/pieces", public_pages.creator_pieces, name="content.creator_pieces"
    ),
    path("c/<slug:handle>/feed.xml", public_pages.creator_feed, name="content.creator_feed"),
    path("v/<slug:piece>/", public_pages.piece, name="content.piece"),
]
studio = [
    *list_paths("pieces", studio_pages.pieces, name="content.pieces"),
    path("pieces/new/", studio_pages.new_piece, name="content.new_piece"),
    path("pieces/<slug:piece>/", studio_pages.piece, name="content.studio_piece"),
    path("pieces/<slug:piece>/edit/", studio_pages.edit_piece, name="content.edit_piece"),
    path("pieces/<slug:piece>/cover/", studio_pages.set_cover, name="content.set_cover"),
    *(
        path(
            f"pieces/<slug:piece>/{deed}/",
            studio_pages.act,
            {"deed": deed},
            name=f"content.{deed.replace('-', '_')}_piece",
        )
        for deed in studio_pages.DEEDS
    ),
    path("series/", studio_pages.series, name="content.series"),
    *list_paths("admissions", admissions.admissions, name="content.admissions"),
    path("admissions/apply/", admissions.apply, name="content.apply"),
    path(
        "admissions/<slug:admission>/",
        admissions.studio_admission,
        name="content.studio_admission",
    ),
    path("admissions/<slug:admission>/leave/", admissions.leave, name="content.leave_scene"),
]
staff = [
    *list_paths("pieces", staff_pages.pieces, name="content.staff_pieces"),
    path("pieces/<slug:piece>/", staff_pages.piece, name="content.staff_piece"),
    *(
        path(
            f"pieces/<slug:piece>/{deed}/",
            staff_pages.decide,
            {"deed": deed},
            name=f"content.staff_{deed}_piece",
        )
        for deed in staff_pages.DEEDS
    ),
    *list_paths("admissions", admissions.every_admission, name="content.every_admission"),
    path("admissions/<slug:admission>/", admissions.admission, name="content.admission"),
    *(
        path(
            f"admissions/<slug:admission>/{deed}/",
            admissions.decide,
            {"deed": deed},
            name=f"content.{deed}_admission",
        )
        for deed in admissions.DEEDS
    ),
    path("channels/", staff_pages.channels, name="content.channels"),
    path("channels/install/", staff_pages.install_channels, name="content.install_channels"),
]

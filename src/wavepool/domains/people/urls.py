"""Addresses of people, by area."""

from __future__ import annotations

from django.urls import URLPattern, path

from wavepool.domains.people import views

public: list[URLPattern] = []
studio = [path("", views.studio, name="people.studio")]
merchant = [path("", views.merchant, name="people.merchant")]
agency = [path("", views.agency, name="people.agency")]
staff = [path("", views.staff, name="people.staff")]

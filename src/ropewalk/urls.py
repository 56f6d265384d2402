"""Every address of the installation; the company's own live in `ropewalk.pages.addresses`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

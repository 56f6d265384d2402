"""Every address of the installation; a company's own stand in `ropewalk.pages.addresses`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from ropewalk.pages.addresses import COMPANY
from ropewalk.pages.companies_list import page as companies_list
from ropewalk.pages.health import page as health
from ropewalk.pages.setup import first
from ropewalk.pages.sign_in import page as sign_in
from ropewalk.pages.today import worker

urlpatterns: list[URLPattern | URLResolver] = [
    path("", companies_list.companies, name="companies"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/as/", sign_in.sign_in_as, name="sign_in_as"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("invitation/<str:token>/", sign_in.invitation, name="invitation"),
    path("setup/<str:secret>/", first.first_administrator, name="first_administrator"),
    path("taps.js", worker.worker, name="tap_worker"),
    path("healthz", health.alive, name="health"),
    path("readyz", health.ready, name="readiness"),
    path("c/<slug:company>/", include(COMPANY)),
]
handler400 = "ropewalk.pages.trouble.bad_request"
handler429 = "ropewalk.pages.trouble.too_many"
handler500 = "ropewalk.pages.trouble.server_error"

"""The WSGI application that the server runs. In the serving process it takes the hold on the facts and does the jobs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ropewalk.settings")
application = get_wsgi_application()

if os.environ.get("ROPEWALK_SERVES") == "yes":
    from ropewalk.jobs.runner import begin

    begin()

"""Sessions in the database, as Django keeps them; looked up by a question that is written once.

Nearly every request asks it. A key that can't be one is none, whatever a stranger sends. Start with `SessionStore`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ropewalk.lib import clock
from ropewalk.lib.asked_often import asked_often

KEY = re.compile("[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    """Django's own store, but for the way a session is looked up."""

    def _validate_session_key(self, key: object) -> bool:
        return isinstance(key, str) and KEY.fullmatch(key) is not None

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key any more, where it has ended or never was."""
        found = _running(self.session_key or "", clock.now())
        if not found:
            self._session_key = None
            return {}
        return dict(self.decode(found[0][0]))


@asked_often
def _running(key: str, at: datetime) -> QuerySet[Session, tuple[Any, ...]]:
    return Session.objects.filter(session_key=key, expire_date__gt=at).values_list("session_data")

"""How allauth behaves here: nobody signs up alone, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class Adapter(DefaultAccountAdapter):
    """Sign-up is closed: an invitation makes the account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again."
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        """What the next page shows by itself isn't said: that one is signed in, or out."""
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **more)

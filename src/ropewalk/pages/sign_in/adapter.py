"""How allauth behaves here: nobody signs up alone, people are invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Sign-up is closed: an invitation makes the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

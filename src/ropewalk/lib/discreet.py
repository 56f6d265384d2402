"""Lines of the log without what opens doors: links that are good once don't stand in it. Start with `Discreet`."""

from __future__ import annotations

import logging
import re

LINK = re.compile(r"(^|[\s\"'(<=]|https?://[^/\s]+)/(invitation|setup)/[^/\s\"'?#)>]+")


class Discreet(logging.Formatter):
    """Writes a line as any formatter does, with the secret part of such links left out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))


def hidden(text: str) -> str:
    """A text in which addresses of invitations and of the first set-up end before their secret."""
    return LINK.sub(r"\1/\2/…", text)

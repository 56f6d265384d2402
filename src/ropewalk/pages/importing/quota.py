"""How much one request may bring: refused by its own announcement, before a byte of it is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from ropewalk.facts.uploads import MOST_BYTES

MOST_AT_ONCE = 2 * MOST_BYTES  # bytes of a whole request


class Quota(TemporaryFileUploadHandler):
    """Keeps what is brought in files, and takes no request that announces too much."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > MOST_AT_ONCE:
            raise RequestDataTooBig("Too much at once.")

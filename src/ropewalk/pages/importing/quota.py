"""How much one request may bring: refused by its own announcement, before a byte of it is read."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from ropewalk.facts.uploads import MOST_BYTES
from ropewalk.facts.workroom import arrivals

MOST_AT_ONCE = 2 * MOST_BYTES  # bytes of a whole request


class Arriving(TemporaryUploadedFile):
    """A file on its way in, kept in the home."""

    def __init__(
        self,
        name: str | None,
        content_type: str | None,
        size: int,
        charset: str | None,
        content_type_extra: Any = None,
    ) -> None:
        kept = tempfile.NamedTemporaryFile(suffix=".upload", dir=arrivals())  # noqa: SIM115 (closed with the request)
        UploadedFile.__init__(self, kept, name, content_type, size, charset, content_type_extra)


class Quota(TemporaryFileUploadHandler):
    """Keeps what is brought in files, and takes no request that announces too much."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > MOST_AT_ONCE:
            raise RequestDataTooBig("Too much at once.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin one file of the request."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = Arriving(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

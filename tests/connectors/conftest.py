"""One company in a home of its own."""

from tests.importer import importer

__all__ = ["importer"]

"""The two companies, and a mail server, for every test of who sees what."""

from tests.pages.postbox import postbox
from tests.rights.world import world

__all__ = ["postbox", "world"]

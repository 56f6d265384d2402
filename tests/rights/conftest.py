"""The two companies, for every test of who sees what."""

from tests.rights.world import world

__all__ = ["world"]

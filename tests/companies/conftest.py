"""The small company and a store of facts of its own."""

from tests.plans.small import facts_file, small

__all__ = ["facts_file", "small"]

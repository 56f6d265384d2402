"""The small company and a store of facts of its own; the generated company."""

from tests.demo.made import demonstration, kept_demonstration
from tests.plans.small import facts_file, small

__all__ = ["demonstration", "facts_file", "kept_demonstration", "small"]

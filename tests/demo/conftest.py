"""The generated company."""

from tests.demo.made import demonstration, kept_demonstration

__all__ = ["demonstration", "kept_demonstration"]

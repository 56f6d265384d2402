"""What is found out once of something that several threads look at. Start with `shared`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class shared(Generic[Found]):
    """Found out of the instance once and kept; where two ask first at the same time both get the same.

    With `cached_property` each would go on with one of its own, and what one of them puts in were lost.
    """

    def __init__(self, find: Callable[[Any], Found]) -> None:
        self._find, self._name, self.__doc__ = find, find.__name__, find.__doc__

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Found:
        kept: dict[str, Found] = instance.__dict__
        if self._name in kept:
            return kept[self._name]
        return kept.setdefault(self._name, self._find(instance))

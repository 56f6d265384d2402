"""Secrets at rest: opened by the right key at the right place, and nowhere else."""

from __future__ import annotations

import pytest

from ropewalk.lib.sealing import NotUnsealed, seal, unseal


def test_what_is_sealed_opens_with_its_key_and_its_place() -> None:
    sealed = seal("hunter2", context="1|mail|password", keys=["new", "old"])
    assert "hunter2" not in sealed
    assert unseal(sealed, context="1|mail|password", keys=["newest", "new"]) == "hunter2"
    assert seal("hunter2", context="1|mail|password", keys=["new"]) != sealed, (
        "the same text never looks the same"
    )


@pytest.mark.parametrize(
    ("context", "keys"),
    [("2|mail|password", ["new"]), ("1|mail|password", ["other"]), ("1|mail|password", [])],
)
def test_another_company_or_another_key_opens_nothing(context: str, keys: list[str]) -> None:
    sealed = seal("hunter2", context="1|mail|password", keys=["new"])
    with pytest.raises(NotUnsealed):
        unseal(sealed, context=context, keys=keys)


@pytest.mark.parametrize("broken", ["", "1:x", "2:a:b", "no sealed text", "1:aaaaaaaa:!!"])
def test_what_was_never_sealed_opens_nothing(broken: str) -> None:
    with pytest.raises(NotUnsealed):
        unseal(broken, context="c", keys=["k"])

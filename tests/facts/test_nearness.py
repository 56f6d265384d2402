"""Which values look like typing errors of others."""

from __future__ import annotations

import pytest

from ropewalk.facts.nearness import near_misses

PRODUCTS = ["GTX Basic", "GTX Pro", "MG Special", "GTX Plus Basic", "GTK 500"]


@pytest.mark.parametrize(
    ("value", "known", "meant"),
    [
        ("GTXPro", PRODUCTS, "GTX Pro"),
        ("gtx  pro", PRODUCTS, "GTX Pro"),
        ("technolgy", ["technology", "medical"], "technology"),
        ("Philipines", ["Philippines", "Panama"], "Philippines"),
        ("medcial", ["technology", "medical"], "medical"),
        ("finence", ["finance"], "finance"),
        ("MG-Special", PRODUCTS, "MG Special"),
    ],
)
def test_a_typing_error_of_a_known_value_is_found(value: str, known: list[str], meant: str) -> None:
    assert near_misses({value: 3}, known) == {value: meant}


@pytest.mark.parametrize("value", ["GTX Plus", "GTX Pro", "Other", "GT", "MG"])
def test_right_and_new_values_are_left_alone(value: str) -> None:
    assert near_misses({value: 3}, PRODUCTS) == {}


def test_a_rare_value_beside_a_frequent_one_is_found_without_any_list() -> None:
    assert near_misses({"technology": 400, "technolgy": 2, "medical": 300}) == {"technolgy": "technology"}


def test_two_frequent_neighbours_are_two_values() -> None:
    assert near_misses({"GTX Basic": 500, "GTX Basics": 400}) == {}


def test_numbers_tell_values_apart_where_nobody_declared_them_right() -> None:
    assert near_misses({"Tier 1 customers": 500, "Tier 2 customers": 2}) == {}

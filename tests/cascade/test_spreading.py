"""Goals brought down level by level, by worked cases."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.plans.small import FIRST, LAST

from ropewalk.cascade.share import Spread
from ropewalk.cascade.spreading import NO_CAPACITY, NO_RESULT, Carrier, spread
from ropewalk.plans.shape import Goal


def goal(target: object, baseline: object = 0, **more: Any) -> Goal:
    return Goal("any", Decimal(str(target)), Decimal(str(baseline)), FIRST, LAST, **more)


def one(
    person: int,
    *path: int,
    capacity: object = 12,
    before: object = 12,
    result: tuple[object, object] = (0, 0),
    **more: Any,
) -> Carrier:
    return Carrier(
        person,
        path,
        Fraction(str(capacity)),
        Fraction(str(before)),
        Decimal(str(result[0])),
        Decimal(str(result[1])),
        **more,
    )


def people(found: Spread) -> list[Decimal]:
    return [each.amount for _, each in sorted(found.people.items())]


def teams(found: Spread) -> dict[int, Decimal]:
    return {team: each.amount for team, each in found.teams.items()}


# --- counts and sums ------------------------------------------------------------------------------------------------


def test_over_assignment_compounds_and_rounds_up_at_each_level() -> None:
    factors = (Decimal("1.05"), Decimal("1.05"))
    found = spread(
        goal(10, weighting="equal", over_assignment=factors), [one(1, 10), one(2, 20)], kind="first_time"
    )
    assert teams(found) == {10: 6, 20: 5}
    assert people(found) == [7, 6]
    assert found.coverage == Decimal("1.3")


@pytest.mark.parametrize(
    ("target", "results", "shares"),
    [
        (10, (5, 3, 3, 2, 1), (4, 2, 2, 1, 1)),
        (10, (1, 1, 1), (4, 3, 3)),
        (3, (1, 1, 1, 1, 1), (1, 1, 1, 0, 0)),
        (3, ("0.1", "0.2", "0.3"), (0, 1, 2)),
        (1_000_000, (41, 33, 26), (410_000, 330_000, 260_000)),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(
    target: int, results: tuple[object, ...], shares: tuple[int, ...]
) -> None:
    carriers = [one(at, result=(result, 1)) for at, result in enumerate(results)]
    unit = Decimal(1000) if target == 1_000_000 else None
    found = spread(goal(target, unit=unit), carriers, kind="sum")
    assert people(found) == list(shares)
    assert found.coverage == 1


def test_capacity_weighs_joiners_and_leavers() -> None:
    carriers = [one(1, capacity=12), one(2, capacity="6.5"), one(3, capacity=6)]
    found = spread(goal(120, weighting="capacity"), carriers, kind="count")
    assert people(found) == [59, 32, 29]


def test_each_level_is_shared_out_of_the_level_above_and_people_beside_teams_too() -> None:
    carriers = [one(1, 1, 11), one(2, 1, 11), one(3, 1, 12), one(4, 1), one(5, 2), one(6, 2)]
    found = spread(goal(13, weighting="equal"), carriers, kind="count")
    # 13 over 4 and 2: 8.67 and 4.33, so 9 and 4; 9 over 2, 1 and 1: 4.5, 2.25, 2.25, so 5, 2 and 2
    assert teams(found) == {1: 9, 11: 5, 12: 2, 2: 4}
    assert people(found) == [3, 2, 2, 2, 2, 2]
    assert [each.team_id for _, each in sorted(found.people.items())] == [11, 11, 12, 1, 2, 2]


def test_a_share_set_by_hand_stays_and_the_rest_is_spread_over_the_others() -> None:
    carriers = [one(1, 1, by_hand=Decimal(7)), one(2, 1), one(3, 2), one(4, 2)]
    found = spread(goal(13, weighting="equal"), carriers, kind="count")
    assert people(found) == [7, 2, 2, 2]
    assert teams(found) == {1: 9, 2: 4}
    assert [each.is_by_hand for _, each in sorted(found.people.items())] == [True, False, False, False]
    assert found.coverage == 1


def test_hand_set_shares_beyond_the_goal_leave_nothing_and_coverage_says_so() -> None:
    carriers = [one(1, 1, by_hand=Decimal(20)), one(2, 1), one(3, 2, by_hand=Decimal(6))]
    found = spread(goal(13, weighting="equal"), carriers, kind="count")
    assert people(found) == [20, 0, 6]
    assert found.coverage == 2


def test_everything_set_by_hand_below_the_goal_is_a_gap_that_coverage_shows() -> None:
    carriers = [one(1, by_hand=Decimal(4)), one(2, by_hand=Decimal(5))]
    found = spread(goal(12, weighting="hand"), carriers, kind="count")
    assert people(found) == [4, 5]
    assert found.coverage == Decimal("0.75")


@pytest.mark.parametrize("amount", ["4.5", "-1"])
def test_a_share_set_by_hand_is_whole_units(amount: str) -> None:
    with pytest.raises(ValueError, match=f"shares: {amount}, set by hand, is no multiple of the unit 1"):
        spread(goal(12), [one(1, by_hand=Decimal(amount)), one(2)], kind="count")


def test_without_any_result_in_the_year_before_capacity_decides_and_the_note_says_so() -> None:
    carriers = [one(1, capacity=12), one(2, capacity=6)]
    found = spread(goal(9), carriers, kind="first_time")
    assert people(found) == [6, 3]
    assert found.note == NO_RESULT
    assert spread(goal(9), [one(1, result=(3, 3)), one(2, result=(1, 1))], kind="count").note == ""


def test_results_of_nothing_but_zeros_fall_back_to_capacity_too() -> None:
    carriers = [one(1, capacity=12, result=(0, 4)), one(2, capacity=6, result=(0, 2))]
    found = spread(goal(9), carriers, kind="sum")
    assert (people(found), found.note) == ([6, 3], NO_RESULT)


def test_without_capacity_the_goal_is_shared_out_equally() -> None:
    found = spread(goal(9, weighting="capacity"), [one(1, capacity=0), one(2, capacity=0)], kind="count")
    assert (people(found), found.note) == ([5, 4], NO_CAPACITY)


def test_the_latest_result_is_annualised_and_newcomers_get_the_median_of_the_others() -> None:
    carriers = [
        one(1, result=(12, 12)),
        one(2, before=6, result=(9, 9)),  # 18 a year
        one(3, before=2, result=(7, 7)),  # too short to say anything: 15, the median
        one(4),  # was there, and brought nothing in: 15 too
        one(5, capacity=6, before=0),  # 15 a year, there for half of it
    ]
    found = spread(goal(135), carriers, kind="count")
    assert [each.weight for _, each in sorted(found.people.items())] == [12, 18, 15, 15, Decimal("7.5")]
    assert people(found) == [24, 36, 30, 30, 15]


def test_who_brought_less_than_nothing_weighs_nothing() -> None:
    found = spread(goal(9), [one(1, result=(-50, 2)), one(2, result=(10, 1))], kind="sum")
    assert people(found) == [0, 9]


@given(
    target=some.integers(0, 300),
    sizes=some.lists(some.integers(0, 30), min_size=1, max_size=8),
    places=some.lists(
        some.sampled_from([(), (1,), (1, 11), (2,), (2, 21), (2, 21, 211)]), min_size=8, max_size=8
    ),
)
def test_shares_add_up_at_every_level(target: int, sizes: list[int], places: list[tuple[int, ...]]) -> None:
    carriers = [one(at, *places[at], result=(size, 1)) for at, size in enumerate(sizes)]
    found = spread(goal(target), carriers, kind="count")
    assert sum(people(found)) == target
    assert all(amount >= 0 and amount == int(amount) for amount in people(found))
    for team, amount in teams(found).items():
        assert amount == sum(found.people[each.person_id].amount for each in carriers if team in each.path)


# --- rates ----------------------------------------------------------------------------------------------------------

COMPANY_RATE = Decimal(60) / Decimal(140)
RATES = [
    one(1, 1, result=(30, 60)),
    one(2, 1, result=(10, 40)),
    one(3, 2, result=(2, 4)),
    one(4, 2, result=(18, 36)),
]


def test_everyone_is_asked_for_the_same_lift_in_odds() -> None:
    found = spread(goal("0.5", COMPANY_RATE), RATES, kind="ratio")
    assert [f"{each.baseline:.6f}" for each in found.people.values()] == [
        "0.482143",
        "0.309524",
        "0.440476",
        "0.474490",
    ]
    assert [f"{each.amount:.6f}" for each in found.people.values()] == [
        "0.554509",
        "0.374729",
        "0.512781",
        "0.546921",
    ]
    assert found.step is not None
    assert f"{found.step:.6f}" == "0.290366"
    assert f"{found.teams[1].amount:.6f}" == "0.482597"
    assert found.coverage == pytest.approx(Decimal(1), abs=Decimal("1e-9"))


def test_who_decided_nothing_starts_from_the_companys_rate_and_weighs_nothing() -> None:
    found = spread(goal("0.5", COMPANY_RATE), [*RATES, one(5, 2)], kind="ratio")
    assert f"{found.people[5].baseline:.6f}" == "0.428571"
    assert f"{found.people[5].amount:.6f}" == "0.500671"
    assert found.people[5].weight == 0
    assert f"{found.people[1].amount:.6f}" == "0.554509"


def test_who_was_hardly_there_is_expected_to_decide_as_many_as_the_median() -> None:
    found = spread(goal("0.5", COMPANY_RATE), [*RATES, one(5, 2, before=1, capacity=6)], kind="ratio")
    assert found.people[5].weight == 19  # the median of 60, 40, 4 and 36 is 38, for half a year


def test_without_decided_deals_everybody_counts_by_capacity() -> None:
    found = spread(goal("0.5", "0.4"), [one(1, 1), one(2, 1, capacity=6)], kind="ratio")
    assert [float(each.amount) for each in found.people.values()] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert "no decided deals" in found.note
    assert found.teams[1].weight == 18


def test_a_rate_set_by_hand_stays_and_the_lift_is_found_for_the_others() -> None:
    carriers = [one(1, result=(30, 60), by_hand=Decimal("0.5")), *RATES[1:]]
    found = spread(goal("0.5", COMPANY_RATE), carriers, kind="ratio")
    assert found.people[1].amount == Decimal("0.5")
    together = sum(each.amount * each.weight for each in found.people.values()) / 140
    assert together == pytest.approx(Decimal("0.5"), abs=Decimal("1e-9"))
    assert found.people[2].amount > Decimal("0.374729")
    assert found.step is None


def test_a_rate_beyond_reach_beside_the_hand_set_ones_names_what_can_be_reached() -> None:
    carriers = [one(1, result=(30, 60), by_hand=Decimal("0.01")), one(2, result=(1, 4))]
    with pytest.raises(ValueError, match=r"between 0\.94% and 7\.19%"):
        spread(goal("0.5", COMPANY_RATE), carriers, kind="ratio")


@pytest.mark.parametrize(
    ("weighting", "targets"),
    [("same_target", [0.5, 0.5, 0.5, 0.5]), ("same_points", None)],
)
def test_other_weightings_of_a_rate(weighting: str, targets: list[float] | None) -> None:
    found = spread(goal("0.5", COMPANY_RATE, weighting=weighting), RATES, kind="ratio")
    amounts = [float(each.amount) for each in found.people.values()]
    if targets is None:
        lows = [float(each.baseline or 0) for each in found.people.values()]
        points = [high - low for high, low in zip(amounts, lows, strict=True)]
        assert points == pytest.approx([points[0]] * 4, abs=1e-9)
    else:
        assert amounts == targets
    assert float(found.coverage) == pytest.approx(1, abs=1e-9)


def test_the_same_target_for_all_leaves_out_whoever_has_one_set_by_hand() -> None:
    carriers = [one(1, result=(30, 60), by_hand=Decimal("0.6")), *RATES[1:]]
    found = spread(goal("0.5", COMPANY_RATE, weighting="same_target"), carriers, kind="ratio")
    assert people(found) == [Decimal("0.6"), Decimal("0.5"), Decimal("0.5"), Decimal("0.5")]
    assert found.coverage > 1


# --- means ----------------------------------------------------------------------------------------------------------

CYCLES = [one(1, 1, result=(3000, 50)), one(2, 1, result=(2400, 30)), one(3, 2, result=(900, 20))]


def test_a_mean_is_scaled_by_one_factor_for_all() -> None:
    found = spread(goal(55, 63), CYCLES, kind="mean")
    assert [f"{each.amount:.4f}" for each in found.people.values()] == ["52.3810", "69.8413", "39.2857"]
    assert [each.baseline for each in found.people.values()] == [60, 80, 45]
    assert found.step is not None
    assert f"{found.step:.6f}" == "0.873016"
    assert float(found.coverage) == pytest.approx(1, abs=1e-9)
    assert float(found.teams[1].amount) == pytest.approx((50 * 52.380952 + 30 * 69.841270) / 80, abs=1e-5)


def test_who_has_no_mean_starts_from_the_companys() -> None:
    found = spread(goal(55, 63), [*CYCLES, one(4, 2)], kind="mean")
    assert found.people[4].baseline == 63
    assert float(found.people[4].amount) == pytest.approx(55, abs=1e-9)


def test_a_mean_set_by_hand_stays_and_the_factor_is_found_for_the_others() -> None:
    carriers = [one(1, 1, result=(3000, 50), by_hand=Decimal(58)), *CYCLES[1:]]
    found = spread(goal(55, 63), carriers, kind="mean")
    factor = (5500 - 58 * 50) / (2400 + 900)
    assert [float(each) for each in people(found)] == pytest.approx([58, 80 * factor, 45 * factor], abs=1e-9)
    assert float(found.coverage) == pytest.approx(1, abs=1e-9)


def test_a_mean_that_no_factor_reaches_is_refused() -> None:
    carriers = [one(1, result=(3000, 50), by_hand=Decimal(200)), *CYCLES[1:]]
    with pytest.raises(ValueError, match="target 55 can't be met beside the targets set by hand"):
        spread(goal(55, 63), carriers, kind="mean")


# --- what can't be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "carriers", "kind", "words"),
    [
        (goal(10), [], "count", "carriers: nobody holds a role that this initiative applies to"),
        (Goal("any", None, Decimal(0), FIRST, LAST), [one(1)], "count", "target is missing"),
        (Goal("any", Decimal("0.5"), None, FIRST, LAST), [one(1)], "ratio", "baseline is missing"),
        (goal(10), [one(1)], "distinct", "kind distinct can't be shared out: mark the goal as not cascaded"),
        (goal("10.5"), [one(1)], "count", "goal must be a multiple of the unit 1, and 10.5 is not"),
        (goal(10, over_assignment=(Decimal("0.9"),)), [one(1)], "count", "factor must be 1 or more, not 0.9"),
        (goal("1", "0.4"), [one(1)], "ratio", "target must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_spread_says_why(asked: Goal, carriers: list[Carrier], kind: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        spread(asked, carriers, kind=kind)

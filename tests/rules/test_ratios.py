"""Rates and means brought down to people."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ropewalk.rules import ratios

WON, DECIDED = [30, 10, 2, 18], [60, 40, 4, 36]
COMPANY = 60 / 140
SHRUNK = [ratios.shrink(w, n, company=COMPANY) for w, n in zip(WON, DECIDED, strict=True)]


def test_small_samples_are_drawn_to_the_company() -> None:
    assert [round(b, 6) for b in SHRUNK] == [0.482143, 0.309524, 0.440476, 0.474490]


def test_who_decided_nothing_starts_from_the_company() -> None:
    assert ratios.shrink(0, 0, company=COMPANY) == pytest.approx(COMPANY)


def test_shrinking_refuses_more_won_than_decided() -> None:
    with pytest.raises(ValueError, match="won"):
        ratios.shrink(5, 4, company=0.4)


def test_everyone_is_asked_for_the_same_lift_in_odds() -> None:
    targets = ratios.lift(SHRUNK, DECIDED, target=0.5)
    assert [round(t, 6) for t in targets] == [0.554509, 0.374729, 0.512781, 0.546921]
    assert round(ratios.delta(SHRUNK, DECIDED, target=0.5), 6) == 0.290366
    assert round(ratios.mean(targets[:2], DECIDED[:2]), 6) == 0.482597


def test_a_person_without_decided_deals_is_lifted_and_weighs_nothing() -> None:
    targets = ratios.lift([*SHRUNK, COMPANY], [*DECIDED, 0], target=0.5)
    assert round(targets[-1], 6) == 0.500671
    assert round(targets[0], 6) == 0.554509


@pytest.mark.parametrize(
    ("baselines", "volumes", "target", "name"),
    [
        ([0.4, 0.5], [0, 0], 0.5, "volumes"),
        ([0.4, 0.5], [1], 0.5, "volumes"),
        ([0.4, 0.5], [1, -1], 0.5, "volumes"),
        ([0.0, 0.5], [1, 1], 0.5, "baselines"),
        ([0.4, 1.0], [1, 1], 0.5, "baselines"),
        ([0.4, 0.5], [1, 1], 1.0, "target"),
        ([0.4, 0.5], [1, 1], 0, "target"),
    ],
)
def test_what_cannot_be_lifted_is_refused_by_name(
    baselines: list[float], volumes: list[float], target: float, name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        ratios.lift(baselines, volumes, target=target)


RATES = st.floats(0.01, 0.99)
PEOPLE = st.lists(st.tuples(RATES, st.floats(0, 500)), min_size=1, max_size=12)


@given(PEOPLE, RATES)
def test_lifted_targets_meet_the_goal_together(people: list[tuple[float, float]], target: float) -> None:
    baselines, volumes = [b for b, _ in people], [v for _, v in people]
    assume(sum(volumes) > 0.01)
    targets = ratios.lift(baselines, volumes, target=target)
    assert ratios.mean(targets, volumes) == pytest.approx(target, abs=1e-9)
    assert sorted(range(len(people)), key=lambda at: (baselines[at], at)) == sorted(
        range(len(people)), key=lambda at: (targets[at], baselines[at], at)
    )


def test_targets_set_by_hand_stay_and_the_others_make_up_for_them() -> None:
    targets = ratios.lift_beside(SHRUNK, DECIDED, target=0.5, by_hand={1: 0.31})
    assert targets[1] == 0.31
    assert ratios.mean(targets, DECIDED) == pytest.approx(0.5, abs=1e-12)
    assert targets[0] > 0.554509


def test_targets_set_by_hand_that_no_lift_can_balance_are_refused_with_the_range() -> None:
    with pytest.raises(ratios.OutOfReach) as refusal:
        ratios.lift_beside([0.4, 0.4], [75, 25], target=0.5, by_hand={0: 0.2})
    assert (refusal.value.low, refusal.value.high) == (0.15, 0.4)
    assert "15.00%" in str(refusal.value)
    assert "40.00%" in str(refusal.value)


def test_all_targets_set_by_hand_are_accepted_only_where_they_meet_the_goal() -> None:
    assert ratios.lift_beside([0.4, 0.4], [1, 1], target=0.5, by_hand={0: 0.4, 1: 0.6}) == [0.4, 0.6]
    with pytest.raises(ratios.OutOfReach):
        ratios.lift_beside([0.4, 0.4], [1, 1], target=0.5, by_hand={0: 0.4, 1: 0.5})


def test_the_same_points_for_all_are_refused_where_someone_leaves_the_scale() -> None:
    assert ratios.same_points([0.3, 0.5], [1, 1], target=0.5) == [0.4, 0.6]
    with pytest.raises(ValueError, match="number 2"):
        ratios.same_points([0.1, 0.95], [9, 1], target=0.3)


def test_the_same_target_for_all() -> None:
    assert ratios.same_target([0.3, 0.5], target=0.45) == [0.45, 0.45]


def test_a_mean_is_scaled_by_one_factor() -> None:
    assert round(float(ratios.factor([60, 80, 45], [50, 30, 20], target=55)), 6) == 0.873016
    targets = ratios.scale([60, 80, 45], [50, 30, 20], target=55)
    assert [round(t, 4) for t in targets] == [52.3810, 69.8413, 39.2857]


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="volumes"):
        ratios.scale([60, 80], [0, 0], target=55)
    with pytest.raises(ValueError, match="baselines"):
        ratios.scale([0, 0], [1, 2], target=55)


def test_coverage_of_a_rate_is_the_part_of_the_way() -> None:
    targets = ratios.lift(SHRUNK, DECIDED, target=0.5)
    assert ratios.coverage(targets, DECIDED, baseline=COMPANY, target=0.5) >= ratios.COVERED
    assert ratios.coverage([0.4, 0.5], [1, 1], baseline=0.4, target=0.5) == 0.5
    with pytest.raises(ValueError, match="target"):
        ratios.coverage([0.4], [1], baseline=0.4, target=0.4)

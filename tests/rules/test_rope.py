"""What a group of ropes comes to."""

from datetime import date

from ropewalk.rules.rope import Debtor, Knot, KnotName, KnotState, Reach, Rope, breaks, owed, reach_of

ON = date(2027, 3, 11)


def rope(*states: KnotState) -> Rope:
    return Rope(ON, tuple(Knot(name, state, "") for name, state in zip(KnotName, states, strict=True)))


T, N, X, P, Z = KnotState.TIED, KnotState.NOT_DUE, KnotState.OVERDUE, KnotState.OPEN, KnotState.NONE
WHOLE = rope(T, T, T, T, T, T, T)
EARLY = rope(T, T, N, N, N, N, Z)
LATE = rope(T, T, T, N, T, X, P)
UNTOLD = rope(T, X, N, N, N, N, Z)


def test_a_group_counts_its_ropes_on_the_ground_and_where_they_should_be() -> None:
    reach = reach_of([WHOLE, EARLY, LATE, UNTOLD])
    assert reach == Reach(ropes=4, on_the_ground=1, where_they_should_be=2)
    assert (reach.part_on_the_ground, reach.part_where_they_should_be) == (1 / 4, 1 / 2)
    assert reach + reach == Reach(8, 2, 4)


def test_a_group_without_ropes_has_neither_fraction_which_is_not_nothing() -> None:
    none = reach_of([])
    assert (none.part_on_the_ground, none.part_where_they_should_be) == (None, None)


def test_where_ropes_break_is_counted_by_their_first_open_knot() -> None:
    counts = breaks([WHOLE, EARLY, LATE, UNTOLD])
    assert {name: count for name, count in counts.items() if count} == {
        KnotName.TOLD: 1,
        KnotName.UNDERSTOOD: 1,
        KnotName.PLANNED: 1,
    }


def test_debts_are_counted_by_debtor_with_managements_first() -> None:
    debts = owed([WHOLE, EARLY, LATE, UNTOLD])
    assert list(debts.items()) == [
        (Debtor.LEADER, 1),
        (Debtor.MANAGER, 1),
        (Debtor.BOTH, 0),
        (Debtor.REP, 1),
    ]
    assert owed([EARLY, LATE], only_overdue=True) == {
        Debtor.LEADER: 0,
        Debtor.MANAGER: 1,
        Debtor.BOTH: 0,
        Debtor.REP: 0,
    }

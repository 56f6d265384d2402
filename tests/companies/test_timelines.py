"""Who leads a team on which day, counted out of what members say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ropewalk.companies.timelines import Held, Span, effective, joined_up, leading

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
ONE_DAY = timedelta(days=1)


def test_the_manager_whom_most_members_name_leads_and_the_others_have_lines_of_their_own() -> None:
    votes = [("Ann", Held("Mia", Span())), ("Ben", Held("Mia", Span())), ("Cid", Held("Zoe", Span()))]
    found = leading(votes)
    assert found.leaders == [Held("Mia", Span())]
    assert found.elsewhere == {"Cid": [Held("Zoe", Span())]}


def test_who_leads_the_others_has_no_say_in_who_leads() -> None:
    """Uwe leads Nina and Paul and reports to Jim; once Paul has left, two rows are left that say two things."""
    votes = [
        ("Uwe", Held("Jim", Span())),
        ("Nina", Held("Uwe", Span())),
        ("Paul", Held("Uwe", Span.of(None, FEB))),
    ]
    found = leading(votes)
    assert found.leaders == [Held("Uwe", Span())]
    assert found.elsewhere == {"Uwe": [Held("Jim", Span())]}
    alone = leading([("Uwe", Held("Jim", Span()))])
    assert alone.leaders == [Held("Jim", Span())], "where nobody else says anything, it counts"


def test_a_new_manager_leads_from_the_day_on_which_members_report_to_them() -> None:
    votes = [
        ("Ann", Held("Mia", Span.of(JAN, FEB - ONE_DAY))),
        ("Ann", Held("Zoe", Span.of(FEB, None))),
        ("Ben", Held("Mia", Span.of(JAN, FEB - ONE_DAY))),
        ("Ben", Held("Zoe", Span.of(FEB, None))),
    ]
    assert leading(votes).leaders == [
        Held("Mia", Span.of(JAN, FEB - ONE_DAY)),
        Held("Zoe", Span.of(FEB, None)),
    ]
    assert leading(votes).elsewhere == {}


def test_nobody_is_their_own_manager() -> None:
    assert leading([("Mia", Held("Mia", Span()))]).leaders == []


def test_neighbouring_spans_of_one_value_become_one() -> None:
    held = [
        Held("A", Span.of(JAN, FEB - ONE_DAY)),
        Held("A", Span.of(FEB, MAR)),
        Held("B", Span.of(MAR, None)),
    ]
    assert joined_up(reversed(held)) == [Held("A", Span.of(JAN, MAR)), Held("B", Span.of(MAR, None))]


days = st.dates(date(2026, 1, 1), date(2026, 1, 20))
spans = st.tuples(days, days).map(lambda two: Span(min(two), max(two)))


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(spans, st.sampled_from("XYZ")), min_size=1))
def test_on_every_day_everybody_reports_to_whom_they_named(said: dict[str, tuple[Span, str]]) -> None:
    found = leading([(member, Held(manager, span)) for member, (span, manager) in said.items()])
    for member, (span, manager) in said.items():
        timeline = effective(span, found.elsewhere.get(member, []), found.leaders)
        assert timeline == [Held(manager, span)]
    for number in range(20):
        day = date(2026, 1, 1) + timedelta(days=number)
        named = [manager for span, manager in said.values() if span.start <= day <= span.end]
        leaders = [held.what for held in found.leaders if held.span.start <= day <= held.span.end]
        assert len(leaders) == (1 if named else 0)
        if named:
            assert named.count(leaders[0]) == max(named.count(one) for one in named)

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.metrics.conftest import World

from ropewalk.companies.access import NotAllowed, Viewer
from ropewalk.companies.models import Leadership
from ropewalk.metrics.asking import ask, hints
from ropewalk.metrics.questions import Question, Reading

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)
REP, LEADER_OF_SOUTH = (
    500,
    507,
)  # Person 00 works in North, Person 07 leads South, with Alps and Coast below it
QUESTION = Question("close_rate", "person", date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def company(small: World) -> World:
    Leadership.objects.create(team_id=702, person_id=LEADER_OF_SOUTH)
    return small


def viewer(company: World, person_id: int | None, *roles: str) -> Viewer:
    return Viewer(company.company.pk, "ropery", person_id, "", frozenset(roles), TODAY)


def ids(reading: Reading) -> set[int]:
    return {row.id for row in reading.rows}


def test_the_operator_and_a_sales_leader_see_everybody(company: World) -> None:
    everybody = ids(ask(viewer(company, None), QUESTION))
    assert everybody == ids(ask(viewer(company, 508, "leader"), QUESTION))
    assert {0, REP, LEADER_OF_SOUTH} <= everybody


def test_a_representative_sees_the_own_figure_and_no_more(company: World) -> None:
    assert ids(ask(viewer(company, REP, "rep"), QUESTION)) == {REP}


def test_a_manager_sees_the_own_chain_and_the_own_teams(company: World) -> None:
    manager = viewer(company, LEADER_OF_SOUTH, "manager")
    seen = ids(ask(manager, QUESTION))
    assert seen == {501, 502, 503, 504, 507, 510}
    assert ids(ask(manager, replace(QUESTION, by="team"))) == {702, 703, 704}


def test_an_executive_sees_totals_and_no_named_persons_figures(company: World) -> None:
    executive = viewer(company, 509, "executive")
    assert ids(ask(executive, QUESTION)) <= {509}
    assert len(ids(ask(executive, replace(QUESTION, by="team")))) == 6


def test_totals_are_refused_with_who_could_see_them(company: World) -> None:
    with pytest.raises(NotAllowed, match="sales leaders and executives"):
        ask(viewer(company, REP, "rep"), replace(QUESTION, by="team"))
    with pytest.raises(NotAllowed, match="Administrators"):
        ask(viewer(company, 509, "administrator"), replace(QUESTION, by="company"))


def test_narrowing_never_widens_what_was_asked(company: World) -> None:
    asked = replace(QUESTION, people=frozenset([REP, 501]))
    assert ids(ask(viewer(company, REP, "rep"), asked)) == {REP}


def test_a_value_that_no_fact_has_is_hinted_at(company: World) -> None:
    asked = replace(QUESTION, where=(("product", "Rope"), ("product", "line"), ("country", "CH")))
    (hint,) = hints(viewer(company, None), asked)
    assert (hint.field, hint.value) == ("product", "Rope")
    assert "rope" in hint.nearest

"""Talks and reviews: something was written, on a day that has come, and figures stay as they were known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.plans.small import ANA, KAY, MIA, YEAR, Small, at, clients, day, plan_of

from ropewalk.companies.access import Viewer
from ropewalk.facts import store
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.progress.circle import circle_for
from ropewalk.progress.people import figures_on, review_page, talk_page
from ropewalk.reviews.models import FrozenFigure, OneOnOne, QuarterlyReview, TalkPart
from ropewalk.reviews.queries import reviews_for_system, talks_for_system, talks_with_words
from ropewalk.reviews.talking import Figure, Part, TalkRefused, hold_one_on_one, hold_review
from ropewalk.versions.publishing import publish

ON = day(4, 20)
SAID = [Part("clients", " Who picks up? "), Part("rate", "  ")]


def talk(small: Small, **more: Any) -> int:
    asked: dict[str, Any] = {
        "manager_id": small.ids[MIA],
        "held_on": day(2, 3),
        "parts": SAID,
        "on": ON,
        "at": at(ON),
    }
    return hold_one_on_one(small.id, small.ids[ANA], by=small.actor(MIA), **(asked | more))


def review(small: Small, **more: Any) -> int:
    asked: dict[str, Any] = {
        "manager_id": small.ids[MIA],
        "quarter_end": day(3, 31),
        "held_on": day(4, 14),
        "parts": [Part("clients", "As agreed.", "change"), Part("rate", "")],
        "figures": [],
        "on": ON,
        "at": at(ON),
    }
    return hold_review(small.id, small.ids[ANA], by=small.actor(MIA), **(asked | more))


def test_a_talk_counts_for_what_was_written_on_and_for_nothing_else(small: Small) -> None:
    made = talk(small, notes=" Well. ")
    (held,) = talks_for_system(small.id)
    assert (held.id, held.held_on, held.initiatives, held.manager_id) == (
        made,
        day(2, 3),
        ("clients",),
        small.ids[MIA],
    )
    assert (held.words, held.notes) == ({}, "")
    assert TalkPart.objects.get().words == "Who picks up?"
    assert Line.objects.filter(action="held one-on-one").count() == 1


def test_notes_alone_are_a_talk_that_touched_no_initiative(small: Small) -> None:
    talk(small, parts=[Part("clients", "")], notes="About the new office.")
    assert talks_for_system(small.id)[0].initiatives == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"held_on": day(4, 21)}, "21 April 2027 is still to come. Record the talk once it was held."),
        (
            {"parts": [Part("clients", " ")]},
            "Write a line on at least one initiative: what was said, what was found?",
        ),
        ({"parts": []}, "Write a line on at least one initiative: what was said, what was found?"),
        ({"manager_id": None}, "A one-on-one takes two."),
    ],
)
def test_a_talk_is_refused_with_the_way_out(small: Small, more: dict[str, Any], words: str) -> None:
    if "manager_id" in more:
        more = {"manager_id": small.ids[ANA]}
    with pytest.raises(TalkRefused) as refused:
        talk(small, **more)
    assert str(refused.value) == words
    assert not OneOnOne.objects.exists()


def test_the_words_of_a_talk_are_read_by_the_two_who_met(small: Small) -> None:
    talk(small, notes="Well.")

    def read_by(name: str, *roles: str) -> tuple[dict[str, str], str]:
        viewer = Viewer(small.id, small.handle, small.ids[name], name, frozenset(roles), ON)
        (held,) = talks_with_words(viewer, small.ids[ANA])
        return held.words, held.notes

    for name in (ANA, MIA):
        assert read_by(name, "leader") == ({"clients": "Who picks up?"}, "Well.")
    assert read_by(KAY, "leader", "executive") == ({}, "")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"held_on": day(4, 21)}, "21 April 2027 is still to come. Record the review once it was held."),
        ({"held_on": day(3, 31)}, "The quarter runs until 31 March 2027. Review it once it is over."),
        (
            {"parts": [Part("clients", "")]},
            "Write a line on at least one initiative: did we do what the plan says?",
        ),
        ({"parts": [Part("clients", "Good.", "hope")]}, "Decide for each initiative: keep, change or stop."),
    ],
)
def test_a_review_is_refused_with_the_way_out(small: Small, more: dict[str, Any], words: str) -> None:
    with pytest.raises(TalkRefused) as refused:
        review(small, **more)
    assert str(refused.value) == words
    assert not QuarterlyReview.objects.exists()


def test_a_quarter_is_reviewed_once(small: Small) -> None:
    review(small)
    with pytest.raises(TalkRefused, match="This quarter was reviewed already; its figures are frozen"):
        review(small, held_on=day(4, 16))
    (held,) = reviews_for_system(small.id)
    assert (held.held_on, held.parts) == (day(4, 14), (Part("clients", "As agreed.", "change"),))


def published(small: Small) -> None:
    define(small.id, plan_of(clients()), by=OPERATOR, at=at(day(1, 4)))
    publish(small.id, YEAR, by=OPERATOR, on=day(1, 4), at=at(day(1, 4)))


def won(small: Small, *closed: date) -> None:
    facts = store.for_company(small.id)
    facts.add(
        "opportunities",
        [
            {"source": "crm", "id": f"{one}", "account_id": f"{one}", "owner_key": "ana", "status": "won", "closed_on": one}
            for one in closed
        ],
    )  # fmt: skip
    facts.replace_owners([("crm", "ana", small.ids[ANA])])


def test_frozen_figures_keep_what_was_known_and_everything_else_moves_on(small: Small) -> None:
    published(small)
    won(small, day(1, 15), day(3, 31), day(4, 2))
    viewer = Viewer(small.id, small.handle, small.ids[MIA], MIA, frozenset({"manager"}), ON)
    page = review_page(viewer, ON, small.ids[ANA])
    assert page.due is not None
    assert (page.due.end, page.may_record) == (day(3, 31), True)
    (figure,) = page.figures
    assert (figure.initiative_key, figure.name, figure.value) == ("clients", "New clients", "2")
    review(small, figures=list(page.figures))
    won(small, day(3, 30))  # entered late
    assert [
        one.value for one in figures_on(circle_for(viewer, viewer.on).world, day(3, 31), small.ids[ANA])
    ] == ["3"]
    (held,) = reviews_for_system(small.id)
    assert held.figures == (figure,)
    assert FrozenFigure.objects.get().as_of == day(3, 31)
    assert Decimal(figure.expected) == round(8 * Decimal(64) / 261, 10)
    again = review_page(viewer, ON, small.ids[ANA])
    assert again.due is None
    assert again.quarters[0].review == held


def test_the_person_reads_the_review_and_does_not_record_it(small: Small) -> None:
    published(small)
    own = Viewer(small.id, small.handle, small.ids[ANA], ANA, frozenset({"rep"}), ON)
    page = review_page(own, ON, small.ids[ANA])
    assert (page.is_own, page.may_record) == (True, False)
    assert talk_page(own, ON, small.ids[ANA]).may_record is False
    kay = Viewer(small.id, small.handle, small.ids[KAY], KAY, frozenset({"leader"}), ON)
    assert talk_page(kay, ON, small.ids[ANA]).may_record is True


def test_the_tables_hold_what_the_words_promise(small: Small) -> None:
    made = review(small, figures=[Figure("clients", "New clients", "2", "1.9", "on pace")])
    with pytest.raises(IntegrityError), transaction.atomic():
        QuarterlyReview.objects.create(
            company_id=small.id,
            person_id=small.ids[ANA],
            quarter_end=day(3, 31),
            held_on=day(4, 20),
            recorded_at=at(ON),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        TalkPart.objects.create(talk_id=talk(small), initiative_key="rate", words="")
    assert FrozenFigure.objects.filter(review_id=made).count() == 1

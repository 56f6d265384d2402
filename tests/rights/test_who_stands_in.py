"""Who stands in for a missing manager reads what that takes and no more, and a new manager nothing that was said before."""

from __future__ import annotations

import pytest
from tests.rights.asking import client_of, taken_back
from tests.rights.test_behind_the_doors import as_actor
from tests.rights.test_what_is_whose import DAY, DAYS
from tests.rights.world import World

from ropewalk.companies.access import Sight
from ropewalk.companies.models import Membership, Person, ReportingLine
from ropewalk.individual_plans.models import Agreement, Commitment, IndividualPlan
from ropewalk.progress import homes, remembering
from ropewalk.progress.circle import circle_for
from ropewalk.reviews.models import Topic
from ropewalk.versions.models import Version

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]


def sponsored_by(world: World, actor: str) -> Person:
    """All initiatives get one sponsor, and the representative has no manager any more."""
    sponsor, alone = Person.objects.get(account=world.accounts[actor]), int(world.names["rep"])
    for version in Version.objects.filter(company_id=sponsor.company_id):
        version.document["sponsors"] = dict.fromkeys(version.document["sponsors"], sponsor.pk)
        version.save()
    Membership.objects.filter(person_id=alone).delete()
    ReportingLine.objects.filter(person_id=alone).delete()
    remembering.forget()
    return sponsor


def test_a_sponsor_stands_in_for_who_has_no_manager_and_for_nobody_else(world: World) -> None:
    """An executive who sponsors everything, and one person of no team: plan, talks and promises of that one alone."""
    alone = int(world.names["rep"])
    mine = world.path("/c/{c}/people/{rep}/plan/"), world.path("/c/{c}/people/{rep}/talks/")
    beside = world.path("/c/{c}/people/{rep_beside}/plan/"), world.path("/c/{c}/people/{rep_beside}/talks/")
    promised = Commitment.objects.get(pk=int(world.names["promise"])).text
    with taken_back():
        executive = sponsored_by(world, "e")
        browser, who = client_of(world, "e"), as_actor(world, "e")
        assert [browser.get(one).status_code for one in (*mine, *beside)] == [200, 200, 404, 404]
        assert promised in browser.get(mine[1]).content.decode()
        circle = circle_for(who, DAY)
        for sight in (Sight.PLAN, Sight.TALK, Sight.NOTES, Sight.FIGURE, Sight.ACTIVITY):
            assert circle.people(sight) == {alone, executive.pk}, sight
        assert circle.people(Sight.EVIDENCE) == {executive.pk}
        assert circle_for(as_actor(world, "l"), DAY).people(Sight.NOTES) == {as_actor(world, "l").person_id}


def test_who_reads_figures_of_nobody_reads_none_as_a_sponsor_and_is_led_to_none(world: World) -> None:
    for actor in "av":
        with taken_back():
            sponsor = sponsored_by(world, actor)
            who = as_actor(world, actor)
            for sight in (Sight.PLAN, Sight.TALK, Sight.NOTES, Sight.FIGURE, Sight.ACTIVITY, Sight.ROPE):
                assert circle_for(who, DAY).people(sight) == {sponsor.pk}, (actor, sight)
            if actor == "v":
                Agreement.objects.filter(plan__person_id=int(world.names["rep"])).delete()
                IndividualPlan.objects.filter(person_id=int(world.names["rep"])).update(
                    person_agreed_on=DAYS[3], counterpart_agreed_on=None
                )
                remembering.forget()
                waits = homes.overview(who, DAY).decisions
                assert int(world.names["rep"]) in {one.person_id for one, _ in waits}
                assert not any(is_open for _, is_open in waits)


def test_topics_for_a_manager_of_before_stay_with_who_raised_them(world: World) -> None:
    talks, words = world.path("/c/{c}/people/{rep}/talks/"), "What is between us"
    rep, boss = (Person.objects.get(account=world.accounts[one]) for one in "sm")
    new = Person.objects.get(account=world.accounts["n"])
    with taken_back():
        for author in (rep, boss):
            Topic.objects.create(
                company_id=rep.company_id, person=rep, raised_by=author, words=words, raised_on=DAYS[3]
            )
        remembering.forget()
        assert client_of(world, "m").get(talks).content.decode().count(words) > 1
        ReportingLine.objects.filter(person=rep).delete()
        ReportingLine.objects.create(person=rep, manager=new, from_day=DAYS[4])
        remembering.forget()
        page = client_of(world, "n").get(talks)
        assert page.status_code == 200
        assert words not in page.content.decode()
        assert client_of(world, "s").get(talks).content.decode().count(words) > 1

"""Changes that name no page: what another company has under the same source, key or number is neither read nor touched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from sqlglot import exp, select
from tests.rights.asking import taken_back
from tests.rights.kept import changed, facts_kept, kept
from tests.rights.test_behind_the_doors import as_actor
from tests.rights.world import NOW, World

from ropewalk.companies.models import Person
from ropewalk.facts import matches
from ropewalk.facts.completing import told_until
from ropewalk.facts.models import Match, SourceMapping, Suspicion
from ropewalk.facts.store import connection, correcting, for_company
from ropewalk.individual_plans.commitments import CommitmentRefused, close
from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.metrics import keeping
from ropewalk.metrics.tallying import daily_for_system
from ropewalk.plans.models import Plan
from ropewalk.plans.queries import edition_of
from ropewalk.rollout.announcing import tell_newcomers
from ropewalk.rollout.models import Receipt
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.models import Version
from ropewalk.versions.queries import versions_for_system

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
SOURCE, KEY = "crm-of-both", "Only Elsewhere"


def both_ways(world: World) -> list[tuple[int, int, World]]:
    """The number of one company, that of the other, and the world as the one has it."""
    ways = (world, world.turned())
    return [(one.ids[one.names["c"]], one.ids[one.elsewhere["c"]], one) for one in ways]


def test_an_owner_is_no_person_and_no_match_of_the_other_company(world: World) -> None:
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            person = Person.objects.create(
                company_id=theirs, name=KEY, email="only@elsewhere.example", key="e1"
            )
            Match.objects.create(company_id=theirs, source=SOURCE, key="by hand", person=person, how="hand")
            wanted = {SOURCE: {KEY, "only@elsewhere.example", "e1", "by hand"}}
            assert matches.refresh(mine, wanted, at=NOW).get(SOURCE, {}) == {}
            assert not Match.objects.filter(company_id=mine, source=SOURCE).exists()
            assert set(matches.refresh(theirs, wanted, at=NOW)[SOURCE]) == wanted[SOURCE], "its own it is"


def test_a_question_about_an_owner_is_settled_in_the_company_that_knows_him(world: World) -> None:
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            for company_id in (mine, theirs):
                Suspicion.objects.create(
                    company_id=company_id, source=SOURCE, object="opportunities", field="owner", value=KEY, rows=1,
                    code=Suspicion.Code.OWNER_UNKNOWN, first_seen_at=NOW, latest_seen_at=NOW, first_load="1", latest_load="1",
                )  # fmt: skip
            Person.objects.create(company_id=mine, name=KEY)
            matches.refresh(mine, {SOURCE: {KEY}}, at=NOW)
            open_still = Suspicion.objects.filter(source=SOURCE, settled_at=None)
            assert list(open_still.values_list("company_id", flat=True)) == [theirs]


def test_what_was_told_of_a_source_is_what_was_told_in_this_company(world: World) -> None:
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            for company_id, told in ((mine, 3), (theirs, 8)):
                SourceMapping.objects.create(
                    company_id=company_id, source=SOURCE, text="", used_at=NOW, told_load=told
                )
            assert (told_until(mine, SOURCE), told_until(theirs, SOURCE)) == (3, 8)
            SourceMapping.objects.filter(company_id=mine, source=SOURCE).delete()
            assert told_until(mine, SOURCE) == 0


def test_nobody_closes_a_commitment_of_the_other_company(world: World) -> None:
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            promise = Commitment.objects.filter(company_id=theirs).first()
            assert promise is not None
            before = (promise.kept, promise.closed_on)
            with pytest.raises(CommitmentRefused):
                close(mine, promise.pk, kept=True, by=OPERATOR, on=NOW.date(), at=NOW)
            promise.refresh_from_db()
            assert (promise.kept, promise.closed_on) == before
            close(theirs, promise.pk, kept=True, by=OPERATOR, on=NOW.date(), at=NOW)


def test_a_drafts_edition_is_that_of_the_own_company(world: World) -> None:
    for mine, theirs, one in both_ways(world):
        with taken_back():
            for company_id, edition in ((mine, 41), (theirs, 42)):
                Plan.objects.filter(company_id=company_id).update(edition=edition)
            year = Plan.objects.filter(company_id=mine).values_list("year", flat=True).first()
            assert year
            assert edition_of(as_actor(one, "l"), year) == 41


def derived(company_id: int) -> dict[str, list[str]]:
    """Cells, their marks and the revision of one company, as they are kept."""
    return {
        table: sorted(
            repr(row)
            for row in connection.cursor()
            .execute(f"SELECT * FROM {table} WHERE company_id = ?", [company_id])
            .fetchall()
        )
        for table in ("tallies", "watermarks", "revisions")
    }


def test_an_announcement_goes_to_newcomers_and_is_answered_in_the_own_company_by_oneself(
    world: World,
) -> None:
    """Also where the other company's is of a later version."""
    for mine, theirs, one in both_ways(world):
        late, beside = int(one.names["late"]), int(one.names["late_beside"])
        with taken_back():
            Receipt.objects.filter(person_id=late).delete()
            Version.objects.filter(company_id=theirs).update(number=F("number") + 7)
            away = kept(theirs)
            assert tell_newcomers(mine, by=OPERATOR, on=NOW.date(), at=NOW) == 1
            assert Receipt.objects.get(person_id=late).announcement.company_id == mine
            plan = versions_for_system(mine)[-1].document.plan
            by, picked = Actor("Somebody", late), [each.title for each in plan.initiatives]
            said = acknowledge(mine, plan, picked=picked, own_words="I will", by=by, on=NOW.date(), at=NOW)
            assert said.is_acknowledged
            assert Receipt.objects.get(person_id=late).acknowledged_on == NOW.date()
            assert Receipt.objects.filter(person_id=beside, acknowledged_on=None).exists(), "for nobody else"
            assert changed(away, kept(theirs)) == set()


MEDICAL = (("account.vertical", "medical"),)


def sold(key: str, amount: int) -> dict[str, Any]:
    """A won deal on an account, of an owner, and on a day that both companies have."""
    return {
        "source": "hubspot", "id": key, "account_id": "a3", "owner_key": KEY, "name": key, "product": "Line", "amount": amount,
        "currency": "USD", "company_amount": amount, "opened_on": date(2027, 7, 1), "closed_on": date(2027, 8, 2), "status": "won",
    }  # fmt: skip


def test_a_change_of_facts_moves_the_own_tallies_and_leaves_the_other_companys(world: World) -> None:
    """An owner whom both know, with a deal of one key in both, goes from hand to hand here, and is nobody there."""
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            for company_id, amount in ((mine, 1), (theirs, 1000)):
                for_company(company_id).add("opportunities", [sold("of both", amount)])
            for_company(theirs).add("opportunities", [sold("only there", 30)])
            for company_id in (mine, theirs):
                keep_some(company_id)
            before = derived(theirs), facts_kept(theirs)
            owners = for_company(mine).read(_owners())
            first, second = sorted({person for _, _, person in owners})[:2]
            for person in (first, second, None):
                more = [("hubspot", KEY, person)] if person else []
                for_company(mine).replace_owners([*owners, *more])
                assert_as_counted_anew(mine)
            turned = {first: second, second: first}
            for_company(mine).replace_owners(
                (source, key, turned.get(person, person)) for source, key, person in owners
            )
            line = correcting.Correction("opportunities", "product", "Line", "Other Line")
            assert correcting.correct(mine, "hubspot", [line], at=NOW), "there are such deals"
            assert (derived(theirs), facts_kept(theirs)) == before
            assert_as_counted_anew(mine)


def test_an_account_comes_back_since_its_latest_win_in_the_own_company(world: World) -> None:
    """A win in between on an account of that key elsewhere brings it no nearer."""
    of_account = {"account_id": "of both", "opened_on": date(2024, 7, 1)}
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            long_ago, just_now = {"closed_on": date(2024, 8, 2)}, {"closed_on": date(2027, 8, 1)}
            for_company(mine).add(
                "opportunities", [sold(f"won {key}", 1) | of_account | day for key, day in (("once", long_ago), ("again", {}))]
            )  # fmt: skip
            before = won_back(mine)
            for_company(theirs).add("opportunities", [sold("won between", 1) | of_account | just_now])
            assert won_back(mine) == before
            for_company(mine).add("opportunities", [sold("won between", 1) | of_account | just_now])
            assert won_back(mine) == before - 1, "here it does"


def won_back(company_id: int) -> Decimal:
    days = daily_for_system(company_id, "win_backs", (), date(2027, 8, 2), date(2027, 8, 2))
    return sum((count for each in days.values() for count, _ in each.values()), Decimal(0))


def keep_some(company_id: int) -> None:
    """Tallies of deals by account and without, and of a rate."""
    for metric, where in (("revenue_won", MEDICAL), ("revenue_won", ()), ("close_rate", ())):
        keeping.keep(company_id, metric, where)


def assert_as_counted_anew(company_id: int) -> None:
    """What a change has moved is what is counted out of all facts."""
    moved = derived(company_id)["tallies"]
    with taken_back():
        keeping.forget(company_id)
        keep_some(company_id)
        assert derived(company_id)["tallies"] == moved


def _owners() -> exp.Select:
    mine = exp.column("company_id").eq(exp.Placeholder(this="company"))
    return select("source", "owner_key", "person_id").from_("owners").where(mine)

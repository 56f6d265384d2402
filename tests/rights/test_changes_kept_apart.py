"""Changes that name no page: what another company has under the same source, key or number is neither read nor touched."""

from __future__ import annotations

import pytest
from sqlglot import exp, select
from tests.rights.asking import taken_back
from tests.rights.kept import facts_kept
from tests.rights.test_behind_the_doors import as_actor
from tests.rights.world import NOW, World

from ropewalk.companies.models import Person
from ropewalk.facts import matches
from ropewalk.facts.completing import told_until
from ropewalk.facts.models import Match, SourceMapping, Suspicion
from ropewalk.facts.store import connection, for_company, merging
from ropewalk.individual_plans.commitments import CommitmentRefused, close
from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.writing import OPERATOR
from ropewalk.metrics import keeping
from ropewalk.plans.models import Plan
from ropewalk.plans.queries import edition_of

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
            SourceMapping.objects.filter(company_id=mine).update(source=SOURCE, told_load=3)
            SourceMapping.objects.filter(company_id=theirs).update(source=SOURCE, told_load=8)
            assert (told_until(mine, SOURCE), told_until(theirs, SOURCE)) == (3, 8)
            SourceMapping.objects.filter(company_id=mine).delete()
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


def test_a_change_of_facts_moves_the_own_tallies_and_leaves_the_other_companys(world: World) -> None:
    for mine, theirs, _ in both_ways(world):
        with taken_back():
            for company_id in (mine, theirs):
                keeping.keep_all(company_id)
            before = derived(theirs), facts_kept(theirs)
            owners = for_company(mine).read(_owners())
            first, second = sorted({person for _, _, person in owners})[:2]
            turned = {first: second, second: first}
            for_company(mine).replace_owners(
                (source, key, turned.get(person, person)) for source, key, person in owners
            )
            line = merging.Correction("opportunities", "product", "Line", "Other Line")
            assert merging.correct(mine, "hubspot", [line], at=NOW), "there are such deals"
            assert (derived(theirs), facts_kept(theirs)) == before
            moved = derived(mine)["tallies"]
            keeping.forget(mine)
            keeping.keep_all(mine)
            assert derived(mine)["tallies"] == moved, "what was moved is what is counted anew"


def _owners() -> exp.Select:
    mine = exp.column("company_id").eq(exp.Placeholder(this="company"))
    return select("source", "owner_key", "person_id").from_("owners").where(mine)

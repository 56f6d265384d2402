"""Capabilities guard themselves: whoever calls one without a door before it is refused as the door would have.

Each is called as every role of either company, and again with the things of the other one. What is there of others, and of
the other company, stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from tests.pages import seeding
from tests.rights.asking import BACKEND, client_of, taken_back
from tests.rights.kept import changed, kept
from tests.rights.world import ACTORS, NOW, World

from ropewalk.companies import inviting, mail_server, queries, settling
from ropewalk.companies.access import NotAllowed, NotVisible, Sight, Viewer, operator_for, viewer_for
from ropewalk.companies.models import AccessRole, Company, Invitation, MailServer, Person, Team
from ropewalk.companies.signing_out import account_of
from ropewalk.facts import uploads
from ropewalk.facts.models import Upload
from ropewalk.facts.uploads import UploadRefused
from ropewalk.jobs import uploading
from ropewalk.jobs.accepting import mapping_in_force
from ropewalk.jobs.kinds import NotDone
from ropewalk.jobs.models import Job
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.models import Plan
from ropewalk.progress import homes
from ropewalk.progress.checklist import checklist
from ropewalk.progress.circle import circle_for
from ropewalk.progress.figure import Scope
from ropewalk.progress.preparing import preparation
from ropewalk.reviews.private_notes import my_note

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
Names = dict[str, str]
DAY = NOW.date()
MAIL = mail_server.MailSettings("mail.example.com", 587, "none", "", "a@example.com")
ACTS: dict[str, tuple[str, Callable[[Viewer, Names], Any]]] = {  # name -> who may, the call
    "invite": ("a", lambda by, _: inviting.invite_all("one@x.example", roles=("rep",), by=by, at=NOW)),
    "open invitations": ("a", lambda by, _: inviting.open_invitations(by, at=NOW)),
    "not invited": ("a", lambda by, _: inviting.not_invited(by)),
    "revoke": ("a", lambda by, named: inviting.revoke(int(named["invitation"]), by=by, at=NOW)),
    "renew": ("a", lambda by, named: inviting.renew(int(named["invitation"]), by=by, at=NOW)),
    "read mail server": ("a", lambda by, _: mail_server.settings_of(by)),
    "set mail server": ("a", lambda by, named: mail_server.keep(MAIL, "", seen=named["mail"], keys=settings.DATA_KEYS, by=by, at=NOW)),
    "forget mail server": ("a", lambda by, named: mail_server.forget(seen=named["mail"], by=by, at=NOW)),
    "settle": ("a", lambda by, _: settling.settle(settling.particulars_of(by), seen=settling.particulars_of(by).mark, by=by, at=NOW)),
    "note holidays": ("a", lambda by, _: settling.keep_holidays({date(2027, 12, 24): "Eve"}, by=by, at=NOW)),
    "drop holiday": ("a", lambda by, named: settling.drop_holiday(int(named["holiday"]), by=by, at=NOW)),
    "bring files": ("a", lambda by, _: uploads.bring([SimpleUploadedFile("deals.csv", b"id\n1\n")], by=by, at=NOW)),
    "uploads": ("la", lambda by, _: uploads.uploads(by)),
    "rows that wait": ("la", lambda by, _: uploads.waiting(by)),
    "upload": ("la", lambda by, named: uploads.upload(by, int(named["upload"]))),
    "say how to read": ("a", lambda by, named: uploads.plan_reading(int(named["upload"]), "s", [], seen="", by=by)),
    "look at files again": ("a", lambda by, named: uploads.again(int(named["upload"]), by=by)),
    "drop files": ("a", lambda by, named: uploads.drop(int(named["upload"]), by=by, at=NOW)),
    "order import": ("a", lambda by, named: uploading.put(int(named["upload"]), by=by, at=NOW)),
    "stop import": ("a", lambda by, named: uploading.stop(int(named["upload"]), by=by, at=NOW)),
    "import again": ("a", lambda by, named: uploading.again(int(named["upload"]), by=by, at=NOW)),
    "checklist": ("a", lambda by, _: checklist(by, at=NOW)),
}  # fmt: skip
OF_ONE_THING = ("revoke", "renew", "drop holiday", "upload", "say how to read", "look at files again", "drop files", "order import", "stop import", "import again")  # fmt: skip


def as_actor(world: World, actor: str) -> Viewer:
    return viewer_for(world.accounts[actor].pk, world.names["c"], on=NOW.date())


def is_let_in(act: Callable[[Viewer, Names], Any], by: Viewer, named: Names) -> bool:
    """Whether the rights let it happen; what is asked may still be refused for what it says."""
    try:
        act(by, named)
    except (NotAllowed, NotVisible):
        return False
    except UploadRefused:
        return True
    return True


@pytest.mark.parametrize("name", ACTS)
def test_who_may_at_all(world: World, name: str) -> None:
    allowed, act = ACTS[name]
    for one in (world, world.turned()):
        away = one.ids[one.elsewhere["c"]]
        before, elsewhere = kept(), kept(away)
        with taken_back():
            for actor in set(ACTORS) - set(allowed):
                assert not is_let_in(act, as_actor(one, actor), one.names), actor
            assert changed(before, kept()) == set()
        for actor in allowed:
            with taken_back():
                assert is_let_in(act, as_actor(one, actor), one.names), actor
                assert changed(elsewhere, kept(away)) == set(), actor


@pytest.mark.parametrize("name", OF_ONE_THING)
def test_who_may_at_all_may_not_with_a_thing_of_the_other_company(world: World, name: str) -> None:
    for one in (world, world.turned()):
        before = kept()
        with taken_back():
            foreign = one.names | {key: one.elsewhere[key] for key in ("invitation", "holiday", "upload")}
            assert not is_let_in(ACTS[name][1], as_actor(one, "a"), foreign)
            assert changed(before, kept()) == set()


def test_who_may_at_all_takes_up_an_import_that_failed(world: World) -> None:
    """A leader, who may read of it, doesn't even note that it stopped."""
    with taken_back():
        job = Job.objects.create(kind="upload", order={}, state="failed", trouble="It broke.", made_at=NOW)
        made = Upload.objects.create(
            company_id=world.ids[world.names["c"]], made_at=NOW, person_name="Uma", source="hubspot", state="ordered",
            job_id=job.pk,
        )  # fmt: skip
        before = kept()
        for actor in set(ACTORS) - {"a"}:
            with pytest.raises((NotAllowed, NotVisible)):
                uploading.again(made.pk, by=as_actor(world, actor), at=NOW)
        assert changed(before, kept()) == set()
        uploading.again(made.pk, by=as_actor(world, "a"), at=NOW)
        assert changed(before, kept()) == {"facts.Upload"}


def test_who_may_at_all_reads_a_mapping_by_command(world: World) -> None:
    for actor in ACTORS:
        email = Person.objects.get(account=world.accounts[actor]).email
        if actor == "a":
            assert "elsewhere" in mapping_in_force(world.names["c"], "elsewhere", email)
            continue
        with pytest.raises(NotDone):
            mapping_in_force(world.names["c"], "elsewhere", email)
    assert "elsewhere" in mapping_in_force(world.names["c"], "elsewhere", None), "the operator may"


def test_who_may_at_all_renews_one_invitation_and_leaves_the_others(world: World) -> None:
    for one in (world, world.turned()):
        with taken_back():
            second = inviting.invite(one.names["c"], "second@x.example", roles=("rep",), by=OPERATOR, at=NOW)
            by = as_actor(one, "a")
            inviting.renew(int(one.names["invitation"]), by=by, at=NOW)
            assert inviting.waiting(second.token, at=NOW).email == "second@x.example"
            ended = Invitation.objects.exclude(revoked_at=None)
            assert list(ended.values_list("pk", flat=True)) == [int(one.names["invitation"])]


def test_who_may_at_all_invites_into_the_own_company_whoever_is_called_so_elsewhere(world: World) -> None:
    """The same address and the same name may stand in the other company: that is another person."""
    for one in (world, world.turned()):
        theirs = Person.objects.get(pk=one.elsewhere["rep"])
        nameless = Person.objects.create(company_id=theirs.company_id, name="Only Elsewhere")
        mine = one.ids[one.names["c"]]
        with taken_back():
            for email, name in ((theirs.email, ""), ("elsewhere@x.example", "Only Elsewhere")):
                made = inviting.invite(one.names["c"], email, roles=("rep",), name=name, by=OPERATOR, at=NOW)
                assert Person.objects.get(pk=made.person_id).company_id == mine
            nameless.refresh_from_db()
            assert nameless.email == "", "nobody elsewhere was given the address"
        nameless.delete()


def test_who_may_at_all_sees_no_mail_server_where_only_the_other_company_has_one(world: World) -> None:
    for one in (world, world.turned()):
        mine = one.ids[one.names["c"]]
        with taken_back():
            MailServer.objects.filter(company_id=mine).delete()
            assert not mail_server.has_mail_for_system(mine)
            assert mail_server.server_for_system(mine, keys=settings.DATA_KEYS) is None
            assert mail_server.settings_of(as_actor(one, "a")) is None
            mail_server.keep(MAIL, "", seen="", keys=settings.DATA_KEYS, by=as_actor(one, "a"), at=NOW)
            assert MailServer.objects.count() == 2


def test_who_may_at_all_is_told_that_nobody_leads_where_only_the_other_company_has_a_leader(
    world: World,
) -> None:
    for one in (world, world.turned()):
        by = as_actor(one, "a")
        with taken_back():
            assert checklist(by, at=NOW).has_leader
            AccessRole.objects.filter(person__company_id=by.company_id, name="leader").delete()
            assert not checklist(by, at=NOW).has_leader


def test_who_may_at_all_finds_no_company_that_never_was(world: World) -> None:
    with pytest.raises(NotVisible):
        queries.company_by_handle_for_system("nobody")


OPERATOR_AT_HOME = {  # what is somebody's own, asked for by the operator at the shell, who is nobody
    "today": lambda who: homes.today(who, DAY),
    "my team": lambda who: homes.my_team(who, DAY),
    "my note": lambda who: my_note(who, 1, keys=settings.DATA_KEYS),
    "account": account_of,
}


@pytest.mark.parametrize("name", OPERATOR_AT_HOME)
def test_who_may_at_all_isnt_the_operator_where_it_is_somebody_s_own(world: World, name: str) -> None:
    with pytest.raises(NotVisible):
        OPERATOR_AT_HOME[name](operator_for(world.names["c"], on=DAY))


def test_who_may_at_all_reads_of_a_person(world: World) -> None:
    rep = int(world.names["rep"])
    for actor in ACTORS:
        who, may = as_actor(world, actor), actor in "smkl"
        assert circle_for(who, DAY).sees(Sight.PLAN, rep) is may, actor
        assert circle_for(who, DAY).sees_evidence(Scope.PERSON, rep) is may, actor
        if may:
            assert preparation(who, DAY, rep).activities, actor
        else:
            with pytest.raises(NotVisible):
                preparation(who, DAY, rep)


NO_SUCH = (  # who may open the page, and an address of it at which there is nothing
    ("l", "/c/{c}/figures/medical/person/{rep}/?part=0"),
    ("l", "/c/{c}/figures/medical/person/{rep}/?part=999"),
    ("l", "/c/{c}/figures/medical/nobody/{rep}/"),
    ("l", "/c/{c}/figures/medical/person/{boss}/"),
    ("l", "/c/{c}/ropes/medical/{boss}/"),
    ("l", "/c/{c}/ropes/?person=abc"),
    ("l", "/c/{c}/overview/?on=2999-01-01"),
    ("l", "/c/{c}/overview/?on=1960-01-01"),
    ("l", "/c/never-made/overview/"),
    ("l", "/c/{c}/import/{fresh}/"),
    ("a", "/c/{c}/import/{fresh}/progress/"),
    ("a", "/c/{c}/import/{empty}/undo/"),
    ("a", "/c/{c}/import/{swept}/refused/0/"),
    ("l", "/c/{c}/figures/medical/team/{idle}/"),
)
SENT_IN_VAIN = (  # the same of what is sent
    ("s", "/c/{c}/promises/{promise}/", {"kept": "perhaps"}),
    ("s", "/c/{c}/people/{rep}/talks/topics/", {"take_back": "{topic_beside}"}),
    ("m", "/c/{c}/ropes/reminders/", {"person": "{late_beside}"}),
    ("l", "/c/{c}/plan/form/", {"year": "2028", "resolve": "both"}),  # whose draft is gone by then
)


def test_who_may_at_all_finds_nothing_where_there_is_none(world: World) -> None:
    company = world.ids[world.names["c"]]
    boss = Person.objects.get(account=world.accounts["m"]).pk
    with taken_back():
        made = {
            state: Upload.objects.create(
                company_id=company, made_at=NOW, person_name="Uma", source="hubspot", files=[], entries=[], state=state,
                report={"files": []} if state == "done" else None,
            ).pk
            for state in ("new", "done")
        }  # fmt: skip
        report = Upload.objects.get(pk=int(world.names["upload"])).report
        report["loads"][0]["download"] = f"refused/{world.names['c']}/swept.csv"
        swept = Upload.objects.create(
            company_id=company, made_at=NOW, person_name="Uma", source="hubspot", files=[], entries=[], state="done", report=report,
        ).pk  # fmt: skip
        idle = Team.objects.create(company_id=company, name="Idle").pk
        names = world.names | {"boss": str(boss), "fresh": str(made["new"]), "empty": str(made["done"])}
        names |= {"swept": str(swept), "idle": str(idle)}
        for actor, path in NO_SUCH:
            client = client_of(world, actor, raise_request_exception=False)
            assert client.get(path.format(**names)).status_code == 404, path
        assert client_of(world, "a").get("/c/{c}/import/{fresh}/".format(**names)).status_code == 200
        Plan.objects.filter(company_id=company, year=2028).delete()
        for actor, path, body in SENT_IN_VAIN:
            client = client_of(world, actor, raise_request_exception=False)
            said = {name: value.format(**names) for name, value in body.items()}
            assert client.post(path.format(**names), said).status_code == 404, path


def test_who_may_at_all_signs_in_as_one_of_the_cast_in_demo_mode_and_a_generated_company_alone(
    world: World,
) -> None:
    email = {"email": world.accounts["s"].email}
    for mode, generated, status in (
        (False, False, 404),
        (True, False, 404),
        (False, True, 404),
        (True, True, 302),
    ):
        with taken_back(), override_settings(DEMO_MODE=mode):
            Company.objects.filter(pk=world.ids[world.names["c"]]).update(is_generated=generated)
            assert Client().post("/sign-in/as/", email).status_code == status, (mode, generated)


FIRST_PAGES = {"overview": "le", "team": "mnk", "today": "sto", "setup": "a"}  # an advisor gets a list


def test_who_may_at_all_comes_to_the_first_page_of_the_own_role(world: World) -> None:
    goes = {
        actor: client_of(world, actor).get(world.path("/c/{c}/")).headers.get("Location", "")
        for actor in ACTORS
    }
    assert goes == {"v": ""} | {
        actor: world.path(f"/c/{{c}}/{page}/") for page, actors in FIRST_PAGES.items() for actor in actors
    }


def test_who_may_at_all_comes_to_the_set_up_first_while_nothing_is_published_as_an_administrator(
    world: World,
) -> None:
    with taken_back():
        made = seeding.found_company("Begun", teams={"Neubert": ("Ana Alder",)})
        leads_too = made.account("Kay Lindqvist")
        comes = {
            "Ana Alder": "today",
            "Tom Neubert": "team",
            "Kay Lindqvist": "overview",
            "Uma Admin": "setup",
        }
        for name, page in comes.items():
            client = Client()
            client.force_login(made.account(name), backend=BACKEND)
            assert client.get("/c/begun/").headers["Location"] == f"/c/begun/{page}/", name
        AccessRole.objects.create(person=leads_too.people.get(), name="administrator")
        client.force_login(leads_too, backend=BACKEND)
        assert client.get("/c/begun/").headers["Location"] == "/c/begun/setup/"


WAYS = {  # main ways, by the first word of their address, and who has them
    "overview": "lev", "today": "sto", "team": "mnk", "ropes": "stomnklev", "people": "sto", "plan": "stomnkleav", "setup": "a",
    "import": "a",
}  # fmt: skip
HELPED = {
    "rep": "sto",
    "manager": "mnk",
    "leader": "l",
    "executive": "e",
    "administrator": "a",
    "advisor": "v",
}
CALLED = {
    "rep": "salesperson",
    "manager": "manager",
    "leader": "sales leader",
    "executive": "executive",
    "administrator": "administrator",
    "advisor": "advisor",
}


def test_who_may_at_all_has_the_ways_and_the_help_of_the_own_roles(world: World) -> None:
    for actor in ACTORS:
        page = client_of(world, actor).get(world.path("/c/{c}/help/")).content.decode()
        ways = page.partition('<nav aria-label="Main">')[2].partition("</nav>")[0]
        found = set(re.findall(rf'href="/c/{world.names["c"]}/(\w+)/', ways))
        assert found == {way for way, actors in WAYS.items() if actor in actors}, actor
        mine = {role for role, actors in HELPED.items() if actor in actors}
        assert {role for role in HELPED if f'<h2 id="{role}">' in page} == mine, actor
        page = client_of(world, actor).get(world.path("/c/{c}/account/")).content.decode()
        assert {role for role, words in CALLED.items() if f"<dd>{words}</dd>" in page} == mine, actor

"""Every screen there is, and in which states it is looked at: full of data, empty, gone wrong, and the rarer ones.

An address that shows a page has a line in SCREENS; one that doesn't stands in NO_SCREEN with the reason. `test_screens_known`
fails for an address that is in neither, and for a screen that is full, empty or wrong in no way and doesn't say why. A new
page is one more line here. Start with `SCREENS`, then `worlds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.pages import crowds, importing, seeding, states
from tests.pages.acts import (
    Act,
    began_with_half,
    brought_another_plan,
    brought_no_plan,
    gave_a_mapping_alone,
    gave_an_empty_file,
    left_every_row_out,
    noted_nothing,
    opened_a_rope,
    passed_over_everything,
    saved_draft_too_late,
    saved_too_late,
    sent,
    tapped_something_else,
    tapped_without_net,
)
from tests.pages.seeding import Seeded

from ropewalk.companies.inviting import invite
from ropewalk.companies.models import Account, Person
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.rollout.models import Receipt

NOW = seeding.NOW
FULL, NEW, DRAFTING = "northlight", "newfirm", "draftfirm"  # a year half gone; people only; a draft only
EARLY, STALE, DONE = "earlyfirm", "stalefirm", "donefirm"  # just begun; old data; nothing left to do
UNTOLD = "untoldfirm"  # a plan that is published and that nobody was told of yet
SIXTY, MANY = "sixtyfirm", "manyfirm"  # 60 people, the measure for looks; 300, of whom bundles are drawn


@dataclass(frozen=True)
class Shown:
    """One state of a screen: who opens what, what is done there, and the answer's status."""

    who: str
    path: str  # below the company's address, or from the root with a leading slash
    status: int = 200
    company: str = FULL
    act: Act | None = None
    broken: str = (
        ""  # "busy" or "error": the facts are taken away while it is opened; "nobody": so is everybody
    )


STATES = (
    "full", "empty", "wrong", "no_right", "nothing_found", "early", "stale", "done", "past", "offline", "busy", "error",
)  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """One page in its states. Words instead of one of the first three say why there is no such state."""

    address: str  # the name of the address
    full: Shown | str
    empty: Shown | str
    wrong: Shown | str
    name: str = ""  # of its pictures, where one address has several screens
    no_right: Shown | None = None  # who may not know of it, or may not do it
    nothing_found: Shown | None = None  # a filter that leaves nothing
    early: Shown | None = None  # too early, or not due yet
    stale: Shown | None = None  # the data are old
    done: Shown | None = None  # nothing is left
    past: Shown | None = None  # as of a day gone by
    offline: Shown | None = None  # the net is gone
    busy: Shown | None = None  # another process holds the facts
    error: Shown | None = None  # what nobody foresaw

    @property
    def picture(self) -> str:
        return (self.name or self.address).replace("_", "-")

    @property
    def pictures(self) -> list[tuple[str, str, int]]:
        """State, scheme and width of each picture that is kept; the rarer states are kept in light only."""
        return [
            (state, scheme, width)
            for state, _ in self.states()
            for scheme in (("light", "dark") if state in STATES[:3] else ("light",))
            for width in (390, 1280)
        ]

    def states(self) -> list[tuple[str, Shown]]:
        found = [(state.replace("_", "-"), getattr(self, state)) for state in STATES]
        return [(state, shown) for state, shown in found if isinstance(shown, Shown)]


def full_ones() -> Iterator[tuple[str, Shown]]:
    """Each screen that can be full of data, by the name of its pictures."""
    for screen in SCREENS:
        if isinstance(screen.full, Shown):
            yield screen.picture, screen.full


KAY, TOM, ANA, UMA, INES, ADAM = (
    "Kay Lindqvist", "Tom Neubert", "Ana Alder", "Uma Admin", "Ines Ode", "Adam Adviser",
)  # fmt: skip
NOBODY = ""  # not signed in
SHOWN_ONLY = "nothing is typed or sent here; what can go wrong is that it isn’t there or may not be seen"
A_FORM = "a form: it looks the same before anything was kept"
ANOTHER_LOOK = "another look of a screen that has this state"
SCREENS = (
    Screen("companies", Shown(ADAM, "/"), Shown("Lone Wolf", "/"), SHOWN_ONLY, no_right=Shown(ANA, "/c/nowhere/", 404)),
    Screen("account_login", Shown(NOBODY, "/sign-in/"), A_FORM, Shown(NOBODY, "/sign-in/", act=sent("Sign in", {"login": "ana@x.example", "password": "not-this-one"}))),
    Screen("invitation", Shown(NOBODY, "/invitation/{token}/"), A_FORM, Shown(NOBODY, "/invitation/{token}/", 422, act=sent("Come in", {"password": "short"})), no_right=Shown(NOBODY, "/invitation/never-made/", 404)),
    Screen("first_page", Shown(UMA, ""), Shown(UMA, "", company=NEW), SHOWN_ONLY, no_right=Shown("Lone Wolf", "", 404)),
    Screen("imports", Shown(UMA, "import/"), Shown(UMA, "import/", company=NEW), Shown(UMA, "import/", 422, act=gave_a_mapping_alone), no_right=Shown(ANA, "import/", 404)),
    Screen("suspicions", Shown(UMA, "import/suspicions/"), Shown(UMA, "import/suspicions/", company=NEW), Shown(UMA, "import/suspicions/", act=sent("Accept the ticked")), no_right=Shown(ANA, "import/suspicions/", 404)),
    Screen("one_import", Shown(UMA, "import/{looked_at}/"), Shown(UMA, "import/", act=gave_an_empty_file), Shown(UMA, "import/{looked_at}/", 422, act=passed_over_everything), name="mapping_of_an_import"),
    Screen("one_import", Shown(UMA, "import/{finished}/"), Shown(UMA, "import/{nothing_new}/"), Shown(UMA, "import/{refused_whole}/"), name="report_of_an_import"),
    Screen("one_import", Shown(UMA, "import/{running}/"), "there is always a file that is under way", Shown(UMA, "import/{stopped}/"), name="import_under_way"),
    Screen("undo_import", Shown(UMA, "import/{undoable}/undo/"), Shown(UMA, "import/{nothing_new}/undo/"), Shown(UMA, "import/{finished}/undo/"), no_right=Shown(ANA, "import/{finished}/undo/", 404)),
    Screen("refused_rows", Shown(UMA, "import/{finished}/refused/0/"), "where no row was refused there is no such page", Shown(UMA, "import/{finished}/refused/0/", act=left_every_row_out), no_right=Shown(ANA, "import/{finished}/refused/0/", 404)),
    Screen("first_administrator", Shown(NOBODY, "/setup/{way_in}/", broken="nobody"), "an empty home is what it is for", Shown(NOBODY, "/setup/{way_in}/", 422, act=began_with_half, broken="nobody"), no_right=Shown(NOBODY, "/setup/never-made/", 404)),
    Screen("setup", Shown(UMA, "setup/"), Shown(UMA, "setup/", company=NEW), SHOWN_ONLY, no_right=Shown(ANA, "setup/", 404), done=Shown(UMA, "setup/", company=DONE)),
    Screen("setup_company", Shown(UMA, "setup/company/"), "a company has a calendar from its first day", Shown(UMA, "setup/company/", 422, act=sent("Keep", {"currency": "fr", "time_zone": "Mars/Base"}))),
    Screen("setup_holidays", Shown(UMA, "setup/holidays/?country=CH"), Shown(UMA, "setup/holidays/", company=NEW), Shown(UMA, "setup/holidays/?country=XX", 422)),
    Screen("setup_mail", Shown(UMA, "setup/mail/"), Shown(UMA, "setup/mail/", company=NEW), Shown(UMA, "setup/mail/", 422, act=sent("Keep", {"host": "no host", "port": "0", "sender": "x"}))),
    Screen("setup_people", Shown(UMA, "setup/people/"), Shown(UMA, "setup/people/", company=NEW), Shown(UMA, "setup/people/", 422, act=sent("Invite by", {"addresses": "nobody"}))),
    Screen("account", Shown(ANA, "account/"), "whoever is signed in is somebody", "its one button can’t fail", no_right=Shown("Lone Wolf", "account/", 404), done=Shown(ANA, "account/", act=sent("Sign out everywhere else"))),
    Screen("help", Shown(TOM, "help/"), "help comes with the program", SHOWN_ONLY, no_right=Shown("Lone Wolf", "help/", 404)),
    Screen("overview", Shown(KAY, "overview/"), Shown(KAY, "overview/", company=NEW), SHOWN_ONLY, no_right=Shown(ANA, "overview/", 404), early=Shown(KAY, "overview/", company=EARLY), stale=Shown(INES, "overview/", company=STALE), done=Shown(INES, "overview/", company=DONE), past=Shown(INES, "overview/?on=2027-05-31"), busy=Shown(INES, "overview/", 503, broken="busy"), error=Shown(INES, "overview/", 500, broken="error")),
    Screen("today", Shown(ANA, "today/"), Shown(ANA, "today/", company=NEW), Shown(ANA, "today/", act=tapped_something_else), early=Shown(ANA, "today/", company=EARLY), stale=Shown(ANA, "today/", company=STALE), done=Shown(ANA, "today/", company=DONE), past=Shown(ANA, "today/?on=2027-05-31"), offline=Shown("Ben Brandt", "today/", act=tapped_without_net)),
    Screen("team", Shown(TOM, "team/"), Shown(TOM, "team/", company=NEW), Shown(TOM, "team/", 422, act=noted_nothing), early=Shown(TOM, "team/", company=EARLY), stale=Shown(TOM, "team/", company=STALE), done=Shown(TOM, "team/", company=DONE)),
    Screen("rope_map", Shown(KAY, "ropes/"), Shown(KAY, "ropes/", company=NEW), "what is typed is a name to look for: see what nothing is found for", no_right=Shown(KAY, "ropes/?team=999999", 404), nothing_found=Shown(KAY, "ropes/?find=Zebulon"), early=Shown(KAY, "ropes/", company=EARLY), stale=Shown(KAY, "ropes/", company=STALE), done=Shown(KAY, "ropes/", company=DONE)),
    Screen("rope_map", Shown(KAY, "ropes/?person={ana}"), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_of_a_person"),
    Screen("rope_map", Shown(ADAM, "ropes/"), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_without_names"),
    Screen("rope_map", Shown(TOM, "ropes/", company=STALE), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_of_five"),
    Screen("rope_map", Shown(KAY, "ropes/", company=SIXTY), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_of_sixty", nothing_found=Shown(KAY, "ropes/?find=Zebulon", company=SIXTY)),
    Screen("rope_map", Shown(KAY, "ropes/", company=MANY), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_of_many", nothing_found=Shown(KAY, "ropes/?find=Zebulon", company=MANY)),
    Screen("rope_map", Shown(KAY, "ropes/?initiative=medical", company=MANY), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_of_many_with_one_standing_out"),
    Screen("rope_map", Shown(KAY, "ropes/?initiative=medical", company=SIXTY), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_with_one_standing_out"),
    Screen("rope_map", Shown(KAY, "ropes/", act=opened_a_rope), ANOTHER_LOOK, ANOTHER_LOOK, name="rope_map_with_a_drawer"),
    Screen("rope", Shown(KAY, "ropes/medical/{ana}/"), Shown(KAY, "ropes/medical/{ana}/", company=NEW), SHOWN_ONLY, no_right=Shown(KAY, "ropes/medical/999999/", 404), early=Shown(KAY, "ropes/medical/{ana}/", company=EARLY), done=Shown(KAY, "ropes/medical/{ana}/", company=DONE)),
    Screen("figure", Shown(KAY, "figures/close-rate/company/0/"), Shown(KAY, "figures/close-rate/company/0/", company=NEW), SHOWN_ONLY, no_right=Shown(KAY, "figures/never/company/0/", 404), early=Shown(KAY, "figures/close-rate/company/0/", company=EARLY), stale=Shown(KAY, "figures/close-rate/company/0/", company=STALE), done=Shown(KAY, "figures/medical/company/0/", company=DONE)),
    Screen("plan", Shown(KAY, "plan/"), Shown(KAY, "plan/", company=NEW), Shown(ANA, "plan/", act=sent("Park it")), early=Shown(KAY, "plan/", company=DRAFTING), past=Shown(KAY, "plan/?on=2027-05-31")),
    Screen("playbooks", Shown(KAY, "plan/playbooks/"), "playbooks come with the program", Shown(KAY, "plan/playbooks/?choose=yes", 422)),
    Screen("plan_form", Shown(KAY, "plan/form/", company=DRAFTING), "it begins with a playbook’s lines", Shown(KAY, "plan/form/", 422, company=DRAFTING, act=sent("Keep the draft", {"i0.why": "", "i0.goal.target": "half"})), no_right=Shown(ANA, "plan/form/", 403)),
    Screen("plan_form", Shown(KAY, "plan/form/", 409, company=DRAFTING, act=saved_draft_too_late), ANOTHER_LOOK, ANOTHER_LOOK, name="plan-changed-meanwhile"),
    Screen("plan_from_file", Shown(KAY, "plan/playbooks/", 409, company=DRAFTING, act=brought_another_plan), "it answers a file, which has something in it", Shown(KAY, "plan/playbooks/", 422, act=brought_no_plan), name="plan-replaced-by-a-file"),
    Screen(
        "publication",
        Shown(KAY, "plan/publication/", company=DRAFTING),
        Shown(KAY, "plan/publication/", company=NEW),
        Shown(KAY, "plan/publication/", 422, company=DRAFTING, act=sent("Publish", {"named": "Northlight"})),
        no_right=Shown(ANA, "plan/publication/", 403),
    ),
    Screen(
        "send_announcement",
        Shown(KAY, "plan/announcement/"),
        Shown(KAY, "plan/announcement/", company=NEW),
        Shown(KAY, "plan/announcement/", 422, company=UNTOLD, act=sent("Send to", {"named": "Northlight"})),
        no_right=Shown(TOM, "plan/announcement/", 403),
        early=Shown(KAY, "plan/announcement/", company=UNTOLD),
    ),
    Screen(
        "acknowledgement",
        Shown(ANA, "announcement/"),
        Shown(ANA, "announcement/", company=NEW),
        Shown("{unanswered}", "announcement/", 422, act=sent("That’s it")),
        early=Shown(ANA, "announcement/", company=EARLY),
    ),
    Screen(
        "individual_plan",
        Shown(ANA, "people/{ana}/plan/"),
        Shown(ANA, "people/{ana}/plan/", company=NEW),
        Shown(ANA, "people/{ana}/plan/", 422, act=sent("Save changes", {"medical.0.amount": "many"})),
        early=Shown(ANA, "people/{ana}/plan/", company=EARLY),
    ),
    Screen(
        "individual_plan",
        Shown(ANA, "people/{ana}/plan/", 409, act=saved_too_late),
        ANOTHER_LOOK,
        ANOTHER_LOOK,
        name="changed-meanwhile",
    ),
    Screen(
        "talks",
        Shown(TOM, "people/{ana}/talks/"),
        Shown(TOM, "people/{ana}/talks/", company=NEW),
        Shown(TOM, "people/{ana}/talks/", 422, act=sent("Record the talk")),
        early=Shown(TOM, "people/{ana}/talks/", company=EARLY),
    ),
    Screen(
        "reviews",
        Shown(TOM, "people/{ana}/reviews/"),
        Shown(TOM, "people/{ana}/reviews/", company=NEW),
        Shown("{unreviewed_manager}", "people/{unreviewed}/reviews/", 422, act=sent("Record the review")),
        early=Shown(TOM, "people/{ana}/reviews/", company=EARLY),
    ),
)  # fmt: skip
NO_SCREEN = {
    "import_progress": "a part of the page of an import",
    "import_mapping": "a file to download",
    "refused_file": "a file to download",
    "sign_in_as": "answers a form",
    "setup_holiday": "answers a form",
    "setup_test_mail": "answers a form",
    "setup_invitation": "answers a form; the links stand on the page of people",
    "account_logout": "answers a form",
    "health": "plain text for machines",
    "readiness": "plain text for machines",
    "tap_worker": "a script",
    "reminders": "answers a form",
    "tap": "answers a form",
    "untap": "answers a form",
    "promise": "answers a form",
    "team_talk": "answers a form; what went wrong stands on the team's page",
    "ideas": "answers a form",
    "topics": "answers a form; what went wrong stands on the page of talks",
    "private_note": "answers a form; what went wrong stands on the page of talks",
    "agreement": "answers a form",
}


@dataclass(frozen=True)
class Worlds:
    """The companies side by side, with what addresses need; those of many people are made when they are first asked for."""

    companies: dict[str, Seeded]
    names: dict[str, str]
    later: dict[str, Callable[[], Seeded]] = field(default_factory=dict)

    def company(self, handle: str) -> Seeded:
        if handle in self.later and handle not in self.companies:
            self.companies[handle] = self.later[handle]()
        return self.companies[handle]

    def path(self, shown: Shown) -> str:
        ana = self.company(shown.company).people.get("Ana Alder")
        path = shown.path.format(ana=ana, **self.names)
        return path if path.startswith("/") else f"/c/{shown.company}/{path}"

    def account(self, shown: Shown) -> Account | None:
        who = shown.who.format(**self.names)
        if who == "Lone Wolf":
            return Account.objects.get(email="lone@wolf.example")
        return self.company(shown.company).account(who) if who else None


def worlds() -> Worlds:
    """The companies of all screens, as of NOW."""
    full = seeding.seed()
    few = {"Neubert": seeding.TEAMS["Neubert"]}
    new, drafting = (seeding.found_company(name, teams=few) for name in ("Newfirm", "Draftfirm"))
    define(drafting.company_id, seeding.the_plan(), by=OPERATOR, at=seeding.at(date(2027, 1, 4)))
    early, stale, done = states.just_begun(), states.with_old_data(), states.all_done()
    Account.objects.create(email="lone@wolf.example")
    adam = full.account("Adam Adviser")
    Person.objects.filter(company_id=new.company_id, name="Adam Adviser").update(account=adam)
    token = invite(
        full.handle, "nina.new@northlight.example", name="Nina New", roles=("rep",), by=OPERATOR, at=NOW
    ).token
    unanswered = Receipt.objects.filter(acknowledged_on=None).earliest("pk").person
    unreviewed = next(
        one
        for one in Person.objects.filter(company_id=full.company_id, receipts__isnull=False).order_by("pk")
        if one.quarterly_reviews.count() < 2
    )
    team = next(team for team, names in seeding.TEAMS.items() if unreviewed.name in names)
    return Worlds(
        {FULL: full, NEW: new, DRAFTING: drafting, EARLY: early, STALE: stale, DONE: done},
        {
            "token": token,
            "way_in": "the-way-in-of-an-empty-home",
            **importing.uploads(full.company_id, full.handle, NOW),
            "unanswered": unanswered.name,
            "unreviewed": str(unreviewed.pk),
            "unreviewed_manager": seeding.MANAGERS[team],
        },
        {
            UNTOLD: states.not_told,
            SIXTY: lambda: crowds.crowd("Sixtyfirm", 60, each=5),
            MANY: lambda: crowds.crowd("Manyfirm", 300, each=20),
        },
    )

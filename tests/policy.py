"""Who may do what at each address, written by hand and not derived from the code's own access.

Letters stand for actors: s the rep herself, t a teammate, o a rep of another team, m her manager, n another manager,
k her manager's manager, l the sales leader, e an executive, a an administrator, v an advisor. Whoever isn't named is
refused as said by `otherwise`: 404 where one may not know of the thing, 403 where one may know and not do.
A leaver, people of another company and who isn't signed in are refused everywhere; no line is needed for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EVERYBODY = "stomnkleav"
CHAIN = "smkl"  # herself, those above her, the sales leader


@dataclass(frozen=True)
class Brought:
    """A file that a form brings."""

    name: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One address with one method. `path` holds names of things that the world fills in.

    With its body, and in the state that `given` names (`tests/rights/given.py`), somebody who is allowed succeeds.
    """

    name: str  # of the address
    method: str
    path: str
    allowed: str
    otherwise: int = 404
    body: dict[str, str | tuple[str, ...] | Brought] = field(default_factory=dict)
    refused_but_known: str = ""  # actors who get 403 instead
    wrong: str = ""  # the same address with an id that never was
    given: str = ""  # what is so before, for this address alone


PLAN = "/c/{c}/people/{rep}/plan/"
POLICY = (
    Cell("first_page", "GET", "/c/{c}/", EVERYBODY),
    Cell("help", "GET", "/c/{c}/help/", EVERYBODY),
    Cell("account", "GET", "/c/{c}/account/", EVERYBODY),
    Cell("account", "POST", "/c/{c}/account/", EVERYBODY),
    Cell("overview", "GET", "/c/{c}/overview/", "lev"),
    Cell("today", "GET", "/c/{c}/today/", EVERYBODY),
    Cell("tap", "POST", "/c/{c}/taps/", EVERYBODY, body={"activity": "deal review", "uuid": "{new_uuid}"}),
    Cell("untap", "POST", "/c/{c}/taps/{uuid}/undo/", "s", wrong="/c/{c}/taps/{new_uuid}/undo/"),
    Cell("promise", "POST", "/c/{c}/promises/{promise}/", "smk", body={"kept": "yes"}, wrong="/c/{c}/promises/999999/"),
    Cell("team", "GET", "/c/{c}/team/", "mnk"),
    Cell(
        "team_talk", "POST", "/c/{c}/team/{team}/talks/", "m", body={"initiative": "medical"},
        refused_but_known="", wrong="/c/{c}/team/999999/talks/",
    ),
    Cell("rope_map", "GET", "/c/{c}/ropes/", "stomnklev"),
    Cell("rope_map", "GET", "/c/{c}/ropes/?person={rep}", CHAIN + "e", wrong="/c/{c}/ropes/?person=999999"),
    Cell("rope_map", "GET", "/c/{c}/ropes/?team={team}", "stmklev", wrong="/c/{c}/ropes/?team=999999"),
    Cell("reminders", "POST", "/c/{c}/ropes/reminders/", "mnkl", refused_but_known="stoev"),
    Cell("rope", "GET", "/c/{c}/ropes/medical/{rep}/", CHAIN + "e", wrong="/c/{c}/ropes/medical/999999/"),
    Cell("figure", "GET", "/c/{c}/figures/medical/person/{rep}/", CHAIN, wrong="/c/{c}/figures/medical/person/999999/"),
    Cell("figure", "GET", "/c/{c}/figures/medical/team/{team}/", "mklev", wrong="/c/{c}/figures/medical/team/999999/"),
    Cell("figure", "GET", "/c/{c}/figures/medical/company/0/", "stomnklev", wrong="/c/{c}/figures/never/company/0/"),
    Cell("plan", "GET", "/c/{c}/plan/", EVERYBODY, wrong="/c/{c}/plan/?version=99"),
    Cell("playbooks", "GET", "/c/{c}/plan/playbooks/", "l", refused_but_known="stomnkev"),
    Cell("plan_form", "GET", "/c/{c}/plan/form/", "l", refused_but_known="stomnkev"),
    Cell("plan_form", "POST", "/c/{c}/plan/form/", "l", refused_but_known="stomnkev", body={"year": "2028", "edition": "{draft}"}),
    Cell(
        "plan_from_file", "POST", "/c/{c}/plan/file/", "l", refused_but_known="stomnkev",
        body={"plan": Brought("plan.yaml", "{plan_file}"), "replace": "{draft}"},
    ),
    Cell("publication", "GET", "/c/{c}/plan/publication/", "l", otherwise=403),
    Cell("publication", "POST", "/c/{c}/plan/publication/", "l", otherwise=403, body={"named": "{company}"}),
    Cell("send_announcement", "GET", "/c/{c}/plan/announcement/", "l", refused_but_known="mnkev"),
    Cell("send_announcement", "POST", "/c/{c}/plan/announcement/", "l", refused_but_known="mnkev", body={"words": "x", "named": "{company}"}, given="nothing was announced"),
    Cell("ideas", "POST", "/c/{c}/plan/ideas/", "stomnklev", body={"title": "Another idea"}),
    Cell("acknowledgement", "GET", "/c/{c}/announcement/", "sto"),
    Cell("acknowledgement", "POST", "/c/{c}/announcement/", "sto", body={"picked": ("{first}", "{second}", "{third}"), "own_words": "I will"}),
    Cell("individual_plan", "GET", PLAN, CHAIN, wrong="/c/{c}/people/999999/plan/"),
    Cell("individual_plan", "POST", PLAN, "sm", refused_but_known="kl", body={"edition": "{edition}"}, wrong="/c/{c}/people/999999/plan/"),
    Cell("agreement", "POST", PLAN + "agreement/", "sm", refused_but_known="kl", body={"edition": "{edition}"}, wrong="/c/{c}/people/999999/plan/agreement/"),
    Cell("talks", "GET", "/c/{c}/people/{rep}/talks/", CHAIN, wrong="/c/{c}/people/999999/talks/"),
    Cell("talks", "POST", "/c/{c}/people/{rep}/talks/", "mk", refused_but_known="sl", body={"medical.words": "We talked"}, wrong="/c/{c}/people/999999/talks/"),
    Cell("topics", "POST", "/c/{c}/people/{rep}/talks/topics/", "sm", refused_but_known="kl", body={"words": "The price"}, wrong="/c/{c}/people/999999/talks/topics/"),
    Cell("private_note", "POST", "/c/{c}/people/{rep}/talks/note/", "smk", refused_but_known="l", body={"edition": "0", "private": "Mine"}, wrong="/c/{c}/people/999999/talks/note/", given="nobody has a note"),
    Cell("reviews", "GET", "/c/{c}/people/{rep}/reviews/", CHAIN, wrong="/c/{c}/people/999999/reviews/"),
    Cell("reviews", "POST", "/c/{c}/people/{rep}/reviews/", "mk", refused_but_known="sl", body={"medical.words": "Kept", "medical.decision": "keep"}, wrong="/c/{c}/people/999999/reviews/", given="a review is due"),
    Cell("imports", "GET", "/c/{c}/import/", "la"),
    Cell("imports", "POST", "/c/{c}/import/", "a", refused_but_known="l", body={"files": Brought("deals.csv", "id,amount,status\r\nD1,5,open\r\n")}),
    Cell("suspicions", "GET", "/c/{c}/import/suspicions/", "la"),
    Cell("suspicions", "POST", "/c/{c}/import/suspicions/", "a", refused_but_known="l", body={"what": "leave", "suspicion": "1"}),
    Cell("one_import", "GET", "/c/{c}/import/{upload}/", "la", wrong="/c/{c}/import/999999/"),
    Cell("one_import", "POST", "/c/{c}/import/{upload}/", "a", refused_but_known="l", body={"what": "again"}, wrong="/c/{c}/import/999999/", given="the import was stopped"),
    Cell("import_progress", "GET", "/c/{c}/import/{upload}/progress/", "la", wrong="/c/{c}/import/999999/progress/"),
    Cell("import_mapping", "GET", "/c/{c}/import/{upload}/mapping.yaml", "la", wrong="/c/{c}/import/999999/mapping.yaml"),
    Cell("undo_import", "GET", "/c/{c}/import/{upload}/undo/", "la", wrong="/c/{c}/import/999999/undo/"),
    Cell("undo_import", "POST", "/c/{c}/import/{upload}/undo/", "a", refused_but_known="l", wrong="/c/{c}/import/999999/undo/"),
    Cell("refused_rows", "GET", "/c/{c}/import/{upload}/refused/0/", "la", wrong="/c/{c}/import/{upload}/refused/7/"),
    Cell("refused_rows", "POST", "/c/{c}/import/{upload}/refused/0/", "a", refused_but_known="l", body={"r0.4": "5"}, wrong="/c/{c}/import/{upload}/refused/7/"),
    Cell("refused_file", "GET", "/c/{c}/import/{upload}/refused/0/file/", "la", wrong="/c/{c}/import/{upload}/refused/7/file/"),
    Cell("setup", "GET", "/c/{c}/setup/", "a"),
    Cell("setup_company", "GET", "/c/{c}/setup/company/", "a"),
    Cell(
        "setup_company", "POST", "/c/{c}/setup/company/", "a",
        body={
            "name": "Northlight at sea", "time_zone": "UTC", "currency": "CHF", "fiscal_start_month": "1", "first_weekday": "0",
            "working_weekdays": ("0", "1", "2", "3"), "seen": "{settled}",
        },
    ),
    Cell("setup_holidays", "GET", "/c/{c}/setup/holidays/?country=CH", "a"),
    Cell("setup_holidays", "POST", "/c/{c}/setup/holidays/", "a", body={"typed_day": "2027-12-24", "typed_name": "Eve"}),
    Cell("setup_holiday", "POST", "/c/{c}/setup/holidays/{holiday}/", "a", wrong="/c/{c}/setup/holidays/999999/"),
    Cell("setup_mail", "GET", "/c/{c}/setup/mail/", "a"),
    Cell("setup_mail", "POST", "/c/{c}/setup/mail/", "a", body={"host": "mail.example.com", "port": "587", "security": "starttls", "sender": "a@example.com", "password": "another", "seen": "{mail}"}),
    Cell("setup_test_mail", "POST", "/c/{c}/setup/mail/test/", "a", given="the mail server takes mails"),
    Cell("setup_people", "GET", "/c/{c}/setup/people/", "a"),
    Cell("setup_people", "POST", "/c/{c}/setup/people/", "a", body={"addresses": "new@northlight.example", "role": "rep"}),
    Cell("setup_invitation", "POST", "/c/{c}/setup/invitations/{invitation}/", "a", body={"what": "renew"}, wrong="/c/{c}/setup/invitations/999999/"),
)  # fmt: skip
OPEN = {  # addresses outside any company, and what each of the three sorts of people gets
    "companies": ("GET", "/", {"signed in": 302, "signed out": 302}),
    "account_login": ("GET", "/sign-in/", {"signed in": 302, "signed out": 200}),
    "sign_in_as": ("POST", "/sign-in/as/", {"signed in": 404, "signed out": 404}),
    "account_logout": ("POST", "/sign-out/", {"signed in": 302, "signed out": 302}),
    "invitation": ("GET", "/invitation/never-made/", {"signed in": 404, "signed out": 404}),
    "first_administrator": ("GET", "/setup/never-made/", {"signed in": 404, "signed out": 404}),
    "tap_worker": ("GET", "/taps.js", {"signed in": 200, "signed out": 200}),
    "health": ("GET", "/healthz", {"signed in": 200, "signed out": 200}),
    "readiness": ("GET", "/readyz", {"signed in": 200, "signed out": 200}),
}

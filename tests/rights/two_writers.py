"""What each write does to what is there already, by hand, and for what people edit how two writers meet.

`CHANGES` says of every address that takes a POST how an existing row may change under it. Whether that is all is found out
by sending every one of them (`test_two_writers`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Form:
    """A form that two people open: where, who they are, and what each types. `{}` in a name is what the form calls it."""

    path: str
    first: str  # the actor who opens it first and saves last
    second: str
    types: str  # the field
    words: tuple[str, str]  # what the first and the second type there
    sends: dict[str, str] = field(default_factory=dict)
    to: str = ""  # where the form goes, where it isn't its own address
    others: dict[str, str | list[str]] = field(
        default_factory=dict
    )  # what the second may say in any other field, by pattern
    along: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # how a name ends: what its neighbour says for it to count
    carried: str = ""  # fields that nobody types: the edition that was read and the like
    alike: str = ""  # fields that are the same again for each of several things, of which the first is tried


FORMS: dict[str, Form] = {
    "individual_plan": Form(
        "/c/{c}/people/{rep}/plan/", "s", "m", "stop", ("Ana stops", "Tom stops"),
        others={"*.amount": "12", "*": "Other words"}, along={".reason": (".amount", "1")}, carried="edition",
    ),
    "plan_form": Form(
        "/c/{c}/plan/form/", "l", "l", "i0.why", ("The first why of it", "The other why of it"), {"what": "keep"},
        others={
            "revenue_goal": "13000000", "i0.goal.metric": "win_rate", "i0.goal.baseline": "42 %", "i0.goal.target": "51 %", "i0.goal.start": "2028-01-03",
            "i0.goal.due": "2028-12-30", "i0.where": "product = GTX Pro", "i0.kind": "product", "i0.roles": "Consultant", "i0.m*.by": "2028-10-31",
            "i0.m*.level": "47 %", "i0.a*.amount": "5", "i0.a*.per": "month", "i0.a*.counted": "crm", "*": "Other words",
        },
        along={".owner": (".level", "")},
        carried="edition year what i0.key i0.line i0.a0.role", alike="i[1-9].* i0.m[1-9].* i0.a[1-9].*",
    ),
    "private_note": Form(
        "/c/{c}/people/{rep}/talks/", "m", "m", "private", ("In this window", "In that window"), to="/c/{c}/people/{rep}/talks/note/", carried="edition",
    ),
    "setup_company": Form(
        "/c/{c}/setup/company/", "a", "a", "name", ("Northlight One", "Northlight Two"),
        others={
            "time_zone": "Asia/Tokyo", "currency": "JPY", "fiscal_start_month": "7", "first_weekday": "6", "working_weekdays": ["0", "1", "2"],
            "deals": "executives", "ropes": "all",
        },
        carried="seen",
    ),
    "setup_mail": Form(
        "/c/{c}/setup/mail/", "a", "a", "sender", ("one@example.com", "two@example.com"), {"password": "merlinsecret9"},
        others={"host": "other.example.com", "port": "2525", "security": "tls", "user": "another"}, carried="seen password",
    ),
    "one_import": Form(
        "/c/{c}/import/{waiting}/", "a", "a", "source", ("first", "second"), {"what": "show"},
        others={"f0.object": "", "f0.col.amount": "id", "f0.col.*": "amount", "f0.link": "https://crm.example.com/{id}", "f0.encoding": "cp1252"}, carried="seen what f0.header_row",
    ),
}  # fmt: skip
OTHERWISE: dict[
    str, str
] = {  # writes that touch what is there, and why there is no text of another's to lose
    "account": "counts one up; of two that press at once the later one stays signed in",
    "tap": "adds; the same id again changes nothing",
    "untap": "takes one’s own tap back, once",
    "promise": "says kept or not; the answer can be given again, and each stands in the journal",
    "team_talk": "adds",
    "reminders": "adds, once a day",
    "plan_from_file": "asks before it replaces a draft: `test_a_plan_file_doesnt_replace_a_draft_unasked`",
    "publication": "adds a version; the second of two is told that it is published",
    "send_announcement": "once for each version",
    "ideas": "adds",
    "acknowledgement": "one’s own answer, nobody else writes there",
    "agreement": "carries the edition that was read: tests/individual_plans/test_agreeing.py",
    "talks": "adds, and ticks topics that are open",
    "topics": "adds, or takes one’s own back",
    "reviews": "adds; the second of two is told that the quarter is reviewed",
    "imports": "adds",
    "suspicions": "settles what is open; what another has settled is told so",
    "undo_import": "once; the second of two is told that it is undone",
    "refused_rows": "adds an import of the mended rows",
    "setup_holidays": "adds days to a list; a day there takes the name typed last, which is shown",
    "setup_holiday": "takes one out, once",
    "setup_test_mail": "keeps nothing",
    "setup_people": "adds people, roles and invitations",
    "setup_invitation": "renews or takes back; the earlier link is good no more, as both are shown",
}

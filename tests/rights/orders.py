"""Every job and every command by hand: who may, and which tables of the own company it may touch.

Letters stand for actors as in `tests.policy`; "-" is the operator at the shell, who gives no address. Names in braces are
filled in from the world; `{file}` names lie in `FILES`. A kind or a command that isn't here is red.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERYBODY = "stomnkleav-"
ALONE = "takes a transaction of its own: tests/backups"
FACTS = {
    "facts.opportunities", "facts.replaced_opportunities", "facts.loads", "facts.together", "facts.owners", "facts.undone",
    "facts.accounts", "facts.activities", "facts.credits",
}  # fmt: skip
KEPT_OF_IMPORTS = {
    "facts.Match",
    "facts.Suspicion",
    "facts.SourceMapping",
    "facts.Correction",
    "journal.Line",
}
PLAN = {
    "plans.Plan", "plans.Initiative", "plans.Goal", "plans.Milestone", "plans.Expectation", "plans.ActivityStandard",
    "plans.Idea", "journal.Line",
}  # fmt: skip
PUBLISHED = PLAN | {
    "versions.Version",
    "rollout.Announcement",
    "rollout.Receipt",
    "individual_plans.IndividualPlan",
}
DEALS = "id,owner,amount,currency,status,opened,closed\nD9,Ana Alder,900,USD,won,2027-02-01,2027-03-01\n"
MAPPING = """source: hubspot
files:
  - name: deals*
    object: opportunities
    columns: {id: id, owner: owner, amount: amount, currency: currency, status: status, opened_on: opened, closed_on: closed}
"""
FILES = {"deals.csv": DEALS, "map.yaml": MAPPING}  # and plan.yaml, which the world writes


@dataclass(frozen=True)
class Order:
    """One kind of job with an order that is right."""

    order: dict[str, Any]
    allowed: str
    touches: set[str] = field(default_factory=set)
    of_all: str = ""  # why it belongs to the installation and not to one company
    not_here: str = ""  # why it isn't done here, and where it is tried


JOBS: dict[str, Order] = {
    "import": Order({"company": "{c}", "files": ["{deals.csv}"], "mapping": "{map.yaml}"}, "a-", FACTS | KEPT_OF_IMPORTS),
    "upload": Order(
        {"upload": "#{ordered}", "company": "{c}", "person": None, "name": "Somebody"}, EVERYBODY,
        FACTS | KEPT_OF_IMPORTS | {"facts.Upload"}, of_all="put into the queue by `uploading.put`, which asks",
    ),
    "undo": Order({"company": "{c}", "load": 7, "sure": True}, "a-", FACTS | {"facts.Upload", "journal.Line", "facts.Suspicion", "facts.SourceMapping"}),
    "accept": Order({"company": "{c}", "suspicions": ["#{suspicion}"]}, "a-", FACTS | KEPT_OF_IMPORTS),
    "match": Order({"company": "{c}", "source": "hubspot", "key": "Nobody", "person": "{rep_email}"}, "a-", FACTS | KEPT_OF_IMPORTS),
    "measure": Order({"company": "{c}", "metric": "revenue_won", "by": "company"}, "stomnklev-"),
    "ropes": Order({"company": "{c}", "as_of": "2027-08-17"}, EVERYBODY),
    "plan check": Order({"company": "{c}", "path": "{plan.yaml}"}, EVERYBODY, of_all="reads a file of the shell’s own; has no --as"),
    "plan import": Order({"company": "{c}", "path": "{plan.yaml}"}, "l-", PLAN),
    "plan publish": Order({"company": "{c}", "year": 2028}, "l-", PUBLISHED),
    "backup": Order({"file": "{made}", "recipient": None}, EVERYBODY, of_all="the whole installation; the operator’s", not_here=ALONE),
    "compare": Order({"file": "{made}", "identity": None}, EVERYBODY, of_all="the whole installation; the operator’s", not_here=ALONE),
    "examine": Order({}, EVERYBODY, of_all="the whole installation; the operator’s"),
}  # fmt: skip
BY_TEAM = {"m": {"Neubert"}, "n": {"Rouche"}, "k": {"Neubert", "Rouche"}, "l": {"Neubert", "Rouche"}, "e": {"Neubert", "Rouche"}, "v": {"Neubert", "Rouche"}, "-": {"Neubert", "Rouche"}}  # fmt: skip
BY_PERSON = {
    "s": "s",
    "t": "t",
    "o": "o",
    "m": "st",
    "n": "o",
    "k": "sto",
    "l": "sto",
    "e": "",
    "a": "",
    "v": "",
    "-": "sto",
}
ROPES = {
    "s": "s",
    "t": "t",
    "o": "o",
    "m": "st",
    "n": "o",
    "k": "sto",
    "l": "sto",
    "e": "sto",
    "a": "",
    "v": "",
    "-": "sto",
}


@dataclass(frozen=True)
class Command:
    """One subcommand: the jobs it orders, and an invocation of it, where it can be had in a test of all."""

    words: str = ""  # after its name
    touches: set[str] = field(default_factory=set)
    exits: tuple[int, ...] = (0,)
    not_here: str = ""  # why it isn't run here, and where it is tried
    of_all: str = ""  # why its output names more than one company
    prints_secret: str = ""


COMMANDS: dict[str, Command] = {
    "demo": Command(not_here="makes a company of its own and serves it: tests/demo"),
    "serve": Command(not_here="doesn’t end: tests/trust"),
    "restore": Command(not_here="refuses a home that isn’t empty: tests/backups"),
    "company create": Command("Another", {"journal.Line"}, of_all="makes one"),
    "company rate": Command("CHF 1.1 --company {c}", {"companies.ExchangeRate", "journal.Line"}),
    "company list": Command(of_all="lists them; the operator’s"),
    "import": Command("{deals.csv} --company {c} --mapping {map.yaml}", FACTS | KEPT_OF_IMPORTS),
    "measure": Command("revenue_won --company {c} --by person"),
    "mapping accept": Command("{suspicion} --company {c}", FACTS | KEPT_OF_IMPORTS),
    "mapping match": Command("Nobody {rep_email} --company {c} --source hubspot", FACTS | KEPT_OF_IMPORTS),
    "mapping show": Command("--company {c} --source elsewhere"),
    "undo": Command("7 --company {c} --yes", FACTS | {"facts.Upload", "journal.Line", "facts.Suspicion", "facts.SourceMapping"}),
    "person invite": Command(
        "someone@new.example --company {c} --role rep",
        {"companies.Person", "companies.Invitation", "companies.AccessRole", "journal.Line"},
        prints_secret="the link of the invitation, which is what it is asked for",
    ),
    "person absent": Command("{rep_email} 2027-09-01 2027-09-02 --company {c}", {"companies.Absence", "journal.Line"}),
    "plan check": Command("{plan.yaml} --company {c}", exits=(0, 1)),
    "plan import": Command("{plan.yaml} --company {c}", PLAN, exits=(0, 1)),
    "plan publish": Command("--company {c} --year 2028", PUBLISHED, exits=(0, 2)),
    "plan announce": Command("--company {c}", {"rollout.Announcement", "rollout.Receipt", "journal.Line"}, exits=(0, 2)),
    "plan export": Command("--company {c} --year 2027"),
    "ropes": Command("--company {c} --format csv"),
    "backup": Command(not_here=ALONE),
    "doctor": Command(exits=(0, 1), of_all="the whole installation"),
}  # fmt: skip

"""The words that tell whose a byte is: one for each company, one for each private note, one for what two share, secrets.

`mark` writes a company's word into every text that the company keeps. A text field that stays without one must stand in
`KEPT` with the reason. Start with `mark` and `strange_in`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from ropewalk.companies.models import Company
from ropewalk.facts.store import connection, schema

WORDS = {"northlight": "kestrel", "otherfirm": "osprey"}  # by the company's handle
PAIR = "hobbyfalcon talked of this"  # what two people share
MAIL_PASSWORD = "merlinsecret9"
KEPT = {  # fields without the word, each with the reason
    "companies.Company.handle": "the address itself",
    "companies.Company.time_zone": "a name of the calendar",
    "companies.Company.currency": "three letters of a list",
    "companies.Company.working_weekdays": "digits",
    "companies.ExchangeRate.currency": "three letters of a list",
    "companies.FrontLineRole.name": "matched with the roles that a version names",
    "companies.Invitation.token_hash": "a hash",
    "companies.MailServer.security": "one of three words",
    "companies.MailServer.sealed_password": "sealed; a secret of its own is looked for",
    "facts.Match.source": "joined with the facts", "facts.SourceMapping.source": "joined with the facts",
    "facts.Correction.source": "joined with the facts", "facts.Suspicion.source": "joined with the facts",
    "facts.RosterLoad.source": "joined with the facts", "facts.Upload.source": "joined with the facts",
    "facts.Correction.object": "one of four words", "facts.Correction.field": "a name of the schema",
    "facts.Suspicion.object": "one of four words", "facts.Suspicion.field": "a name of the schema",
    "facts.Suspicion.first_load": "a number", "facts.Suspicion.latest_load": "a number",
    "facts.RosterLoad.sha256": "a hash",
    "facts.SourceMapping.undoing": "what the ledger of loads says, where the word is looked for",
    "facts.Tap.activity": "a key of the plan's standards",
    "plans.Initiative.key": "a key", "plans.Initiative.kind": "one of a list",
    "plans.Initiative.roles": "matched with people's roles", "plans.Initiative.teams": "keys",
    "plans.Goal.metric": "a name of the catalogue", "plans.Goal.where": "joined with the facts",
    "plans.Goal.window": "one of a list", "plans.Goal.weighting": "one of a list",
    "plans.Goal.over_assignment": "numbers", "plans.Goal.shares_by_hand": "numbers by name of a person",
    "plans.Expectation.role": "matched with people's roles",
    "plans.ActivityStandard.role": "matched with people's roles",
    "plans.ActivityStandard.activity": "a key of the facts", "plans.ActivityStandard.per": "one of three words",
    "plans.ActivityStandard.counted": "one of two words", "plans.ActivityStandard.where": "joined with the facts",
    "individual_plans.Commitment.initiative_key": "a key",
    "rollout.Receipt.initiatives": "keys", "rollout.Touch.kind": "one word", "rollout.Touch.initiatives": "keys",
    "reviews.TalkPart.initiative_key": "a key", "reviews.ReviewPart.initiative_key": "a key",
    "reviews.ReviewPart.decision": "one of three words", "reviews.FrozenFigure.initiative_key": "a key",
    "reviews.FrozenFigure.value": "a number", "reviews.FrozenFigure.expected": "a number",
    "reviews.FrozenFigure.status": "one of a list",
    "reviews.PrivateNote.sealed": "sealed; each note holds a word of its own",
    "journal.Line.thing": "a sort and a number", "journal.Line.action": "a verb of the program",
}  # fmt: skip
OF_FACTS = {  # texts of the store that hold the word
    "accounts": ("name", "segment", "country", "custom"),
    "opportunities": ("name", "stage", "custom"),
    "credits": (),
    "activities": ("outcome", "custom"),
    "loads": ("name",),
}
FACTS_KEPT = {  # and those that don't, with the reason; ids and keys end so
    "accounts.vertical": "plans are scoped by it", "opportunities.product": "plans are scoped by it",
    "activities.type": "plans count by it", "opportunities.status": "one of three words of the program",
    "opportunities.currency": "a code of three letters", "loads.object": "a word of the program",
    "loads.sha256": "a sum of a file's bytes",
}  # fmt: skip
IDS = ("id", "_key", "source")
SAID = frozenset(
    [
        "in_my_words",
        "objection",
        "reason",
        "stop",
        "title",
        "why",
        "impact",
        "text",
        "words",
        "label",
        "name",
        "owner",
        "sponsor",
    ]
)


def word(handle: str) -> str:
    return WORDS[handle]


def private(author: int) -> str:
    """The words of a private note, which its author alone may ever read."""
    return f"merlinfalcon of {author} alone"


def path_to_company(model: type[models.Model]) -> str | None:
    """How rows of a model are filtered by a company's number; None for what belongs to none."""
    seen, waiting = {model}, [(model, "")]
    while waiting:
        one, path = waiting.pop(0)
        for field in one._meta.concrete_fields:
            if field.name == "company_id":
                return f"{path}company_id"
            if isinstance(field, models.ForeignKey):
                if field.related_model is Company:
                    return f"{path}{field.attname}"
                if field.related_model not in seen and field.related_model._meta.app_label != "auth":
                    seen.add(field.related_model)
                    waiting.append((field.related_model, f"{path}{field.name}__"))
    return "pk" if model is Company else None


def texts() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every field of every company's tables that can hold words."""
    for model in apps.get_models():
        if path_to_company(model) is None:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if is_text and not field.choices and not field.primary_key:
                yield model, field


def mark(company_id: int, handle: str) -> None:
    """Write the company's word into every text it keeps, as if its people had."""
    mine = word(handle)
    for model, field in texts():
        if f"{model._meta.label}.{field.name}" in KEPT:
            continue
        rows = list(model._base_manager.filter(**{str(path_to_company(model)): company_id}))
        said = [row for row in rows if getattr(row, field.name)]
        for row in said or rows:  # what is left empty means something where others aren't
            value = marked(getattr(row, field.name), field, mine, row.pk)
            model._base_manager.filter(pk=row.pk).update(**{field.name: value})
    with connection.writing() as cursor:
        for table, names in OF_FACTS.items():
            for name in names:
                is_document = name == "custom"
                marking = "CAST(? AS JSON)" if is_document else f"coalesce({name}, '') || ' ' || ?"
                said = json.dumps({"said": mine}) if is_document else mine
                cursor.execute(
                    f"UPDATE {table} SET {name} = {marking} WHERE company_id = ?", [said, company_id]
                )


def marked(value: Any, field: models.Field[Any, Any], mine: str, number: int) -> Any:
    if isinstance(field, models.JSONField):
        return marked_document(value, mine)
    if isinstance(field, models.EmailField) or field.name == "host":
        return f"{mine}.{value}" if value else f"{mine}{number}@example.com"
    return f"{value} {mine}" if value else f"{mine} {number}"


def marked_document(value: Any, mine: str) -> Any:
    """A document whose words hold the company's; keys, numbers and days stay."""
    if isinstance(value, dict):
        return {
            key: f"{one} {mine}".strip() if key in SAID and isinstance(one, str) and mine not in one else marked_document(one, mine)
            for key, one in value.items()
        }  # fmt: skip
    return [marked_document(one, mine) for one in value] if isinstance(value, list) else value


def unmarked() -> dict[str, str]:
    """Text fields in which a company's word is nowhere, with the company; empty where all is told apart."""
    found = {}
    for model, field in texts():
        name = f"{model._meta.label}.{field.name}"
        for handle, mine in WORDS.items():
            company = Company.objects.get(handle=handle).pk
            rows = model._base_manager.filter(**{str(path_to_company(model)): company})
            if name not in KEPT and not any(mine in json.dumps(row) for row in rows.values_list(field.name)):
                found[name] = handle
    return found


def unmarked_facts() -> dict[str, str]:
    """The same of the store, for the fields that hold words."""
    found = {}
    for table, columns in (schema.FACT_TABLES | {"loads": schema.TABLES["loads"]}).items():
        for name, kind in columns.items():
            is_known = name in OF_FACTS[table] or f"{table}.{name}" in FACTS_KEPT or name.endswith(IDS)
            if kind in (schema.TEXT, schema.DOCUMENT) and not is_known:
                found[f"{table}.{name}"] = "any company"
    for table, names in OF_FACTS.items():
        for handle, mine in WORDS.items():
            company = Company.objects.get(handle=handle).pk
            for name in names:
                sql = f"SELECT count(*) FROM {table} WHERE company_id = ? AND CAST({name} AS VARCHAR) LIKE ?"
                (count,) = connection.cursor().execute(sql, [company, f"%{mine}%"]).fetchone() or (0,)
                if not count:
                    found[f"{table}.{name}"] = handle
    return found


def strange_in(content: bytes, *, handle: str | None, person: int | None, may_share: bool) -> list[str]:
    """What must not stand in an answer to somebody: another company's words, others' private words, secrets."""
    text = content.decode(errors="replace").lower()
    found = [one for of, one in WORDS.items() if of != handle and one in text]
    if "merlinfalcon" in text.replace(private(person).lower() if person else "", ""):
        found.append("somebody else’s private note")
    if PAIR.lower() in text and not may_share:
        found.append("words that two share")
    if MAIL_PASSWORD in text:
        found.append("a password")
    return found

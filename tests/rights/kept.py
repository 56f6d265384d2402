"""All that a company keeps, as one value for each table: what a request must not change. Start with `kept`."""

from __future__ import annotations

import hashlib

from django.apps import apps
from tests.rights.canaries import path_to_company

from ropewalk.facts.store import connection, schema
from ropewalk.facts.store.connection import is_server

PASSING = {"sessions", "account", "contenttypes", "auth"}  # no company's


def kept(company_id: int | None = None, *, numbers: bool = True) -> dict[str, str]:
    """Table -> a hash of its rows, of one company or of all; without `numbers` rows that got another number are the same."""
    return rows_kept(company_id, numbers=numbers) | facts_kept(company_id)


def rows_kept(company_id: int | None = None, *, numbers: bool = True) -> dict[str, str]:
    """The same of the relational database alone."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in PASSING:
            continue
        path = path_to_company(model)
        if company_id is not None and path is None:
            continue
        rows = (
            model._base_manager.all()
            if company_id is None
            else model._base_manager.filter(**{str(path): company_id})
        )
        names = [
            one.attname
            for one in model._meta.concrete_fields
            if one.name != "last_login"
            and (numbers or not (one.primary_key or model._meta.label + one.name == "journal.Linething"))
        ]
        found[model._meta.label] = hashed(sorted(repr(row) for row in rows.values_list(*names)))
    return found


def facts_kept(company_id: int | None) -> dict[str, str]:
    """The same of the store of facts, but for what is derived there and may be made at any moment."""
    found = {}
    order = "" if is_server() else "ORDER BY ALL"
    for table in schema.TABLES:
        if table in schema.DERIVED or table == "revisions":
            continue
        where = "" if company_id is None else f"WHERE company_id = {int(company_id)}"
        rows = connection.cursor().execute(f"SELECT * FROM {table} {where} {order}").fetchall()
        found[f"facts.{table}"] = hashed(sorted(repr(row) for row in rows))
    return found


def hashed(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The tables that hold something else."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

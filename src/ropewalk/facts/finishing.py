"""Makes a row of the store out of the values that its cells hold, object by object, or refuses it.

It knows what each object needs to be counted; how cells are read is decided in `judging`. Start with `FINISHERS`.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from ropewalk.facts import numbers
from ropewalk.facts.shapes import MICRO, RowRefused, plain

if TYPE_CHECKING:
    from ropewalk.facts.judging import Judge

NINE_PLACES = Decimal("0.000000001")


def _key(judge: Judge, said: dict[str, Any], line: int, name: str) -> str:
    key = said.get(name)
    if not key:
        column = judge.column_of(name)
        raise RowRefused(
            "id_missing",
            f"{judge.name}, line {line}: {plain(column)} is empty, so a later import couldn't find the row again. Fill in its id.",
            column=column,
            value="",
        )
    return str(key)


def _account(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    row = {"id": _key(judge, said, line, "id")}
    for name in ("name", "vertical", "segment", "country", "parent_id"):
        row[name] = said.get(name)  # type: ignore[assignment]
    return row | {"owner_key": said.get("owner")}


def _opportunity(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key = _key(judge, said, line, "id")
    status = said.get("status")
    if status is None:
        raise judge.refuse(
            "status_unknown", line, judge.column_of("status"), "",
            "says nothing about whether the deal is open, won or lost. Fill in its status.",
        )  # fmt: skip
    opened, closed = said.get("opened_on"), said.get("closed_on")
    if status != "open" and closed is None:
        column = judge.column_of("closed_on")
        raise RowRefused(
            "close_date_missing",
            f"{judge.name}, line {line}: the deal is {status} but {plain(column)} is empty, so no period can count it. "
            "Fill in the day on which it was closed.",
            column=column,
            value="",
        )
    amount, currency, company_amount = _worth(judge, said, line)
    return {
        "id": key,
        "account_id": said.get("account_id"),
        "owner_key": said.get("owner"),
        "name": said.get("name"),
        "product": said.get("product"),
        "amount": None if amount is None else f"{amount:f}",
        "currency": currency,
        "company_amount": None if company_amount is None else f"{company_amount:f}",
        "opened_on": opened.day.isoformat() if opened else None,
        "closed_on": closed.day.isoformat() if closed else None,
        "status": status,
        "stage": said.get("stage"),
    }


def _credit(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key, owner = _key(judge, said, line, "opportunity_id"), _key(judge, said, line, "owner")
    return {"opportunity_id": key, "owner_key": owner, "share": share_of(judge, said.get("share"), line)}


def share_of(judge: Judge, number: numbers.Number | None, line: int) -> str:
    """A share between 0 and 1 as the store keeps it. Raises RowRefused."""
    share = None if number is None else number.value / 100 if number.is_percent else number.value
    if share is None or not 0 <= share <= 1:
        column = judge.column_of("share")
        raise judge.refuse(
            "share_unreadable", line, column, "" if number is None else number.text,
            "is no share between 0 and 1. Write it like 0.6 or 60 %.",
        )  # fmt: skip
    return f"{share.quantize(NINE_PLACES):f}"


def _activity(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key, moment = _key(judge, said, line, "id"), said.get("occurred_at")
    if moment is None:
        column = judge.column_of("occurred_at")
        raise RowRefused(
            "date_missing",
            f"{judge.name}, line {line}: {plain(column)} is empty, so no week can count the activity. Fill in its day.",
            column=column,
            value="",
        )
    return {
        "id": key,
        "owner_key": said.get("owner"),
        "type": said.get("type") or "other",
        "occurred_at": moment.at.strftime("%Y-%m-%d %H:%M:%S.%f") if moment.at else None,
        "occurred_on": moment.day.isoformat(),
        "account_id": said.get("account_id"),
        "opportunity_id": said.get("opportunity_id"),
        "outcome": said.get("outcome"),
    }


def _person(judge: Judge, said: dict[str, Any], line: int) -> dict[str, Any]:
    key = said.get("id") or said.get("email") or said.get("name")
    if not key or (judge.readers[0].rule.field == "id" and not said.get("id")):
        key = _key(judge, {}, line, "id")
    since, until = said.get("from"), said.get("to")
    if since and until and until.day < since.day:
        raise judge.refuse(
            "dates_reversed", line, judge.column_of("to"), until.day.isoformat(),
            f"lies before {since.day.isoformat()}, the first day of the same row. Mend one of the two.",
        )  # fmt: skip
    row = {name: said.get(name) for name in ("email", "manager", "team", "team_parent", "role", "access")}
    return row | {
        "id": key,
        "name": said.get("name") or key,
        "from_day": since.day.isoformat() if since else None,
        "to_day": until.day.isoformat() if until else None,
    }


def _worth(judge: Judge, said: dict[str, Any], line: int) -> tuple[Decimal | None, str, Decimal | None]:
    """Amount, currency, and the amount in the company's currency at the fact's date."""
    number: numbers.Number | None = said.get("amount")
    currency = (said.get("currency") or judge.setting.currency).upper()
    if number is None:
        return None, currency, None
    column = judge.column_of("amount")
    if number.currency and not numbers.may_be(number.currency, currency):
        raise judge.refuse(
            "currency_contradicts", line, column, number.text,
            f"is marked with another currency than the row's, {currency}. Mend the sign or the currency.",
        )  # fmt: skip
    if number.value < 0 and judge.rules.is_negative_refused:
        raise judge.refuse(
            "amount_negative", line, column, number.text, "is negative, which the mapping doesn't allow."
        )
    amount = number.value.quantize(MICRO)
    if currency == judge.setting.currency:
        return amount, currency, amount
    moment = said.get("closed_on") or said.get("opened_on")
    rates = judge.setting.rates.get(currency, [])
    day = moment.day.isoformat() if moment else None
    place = bisect_right([since for since, _ in rates], day) if day else len(rates)
    if place == 0:
        raise judge.refuse(
            "rate_missing", line, judge.column_of("currency"), currency,
            f"has no exchange rate {f'on {day}' if day else 'at all'}, so the amount can't be turned into "
            f"{judge.setting.currency}. Enter the rate that held then, or mend the currency.",
        )  # fmt: skip
    if day is None:
        return (
            amount,
            currency,
            None,
        )  # open and undated: no day, no rate, and no figure that asks for one
    with localcontext(prec=60):
        return amount, currency, (amount * Decimal(rates[place - 1][1])).quantize(MICRO)


FINISHERS = {
    "accounts": _account,
    "opportunities": _opportunity,
    "credits": _credit,
    "activities": _activity,
    "people": _person,
}

"""Days as exports write them, under either order of day and month, beside cells that tell the order; counts; instants.

What a text says under either order is written down by hand; which of the two counts follows from a few lines below.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import product

from tests.connectors.listed.case import Case, Deal, Dialect, Sheet

MARCH, APRIL = "2026-03-04", "2026-04-03"
BAD, FAR, ODD, OPEN = "date_impossible", "date_out_of_range", "date_unreadable", "date_ambiguous"
# text; what it says with the day first; with the month first; does it tell the order where only one of them is a day
FORMS: list[tuple[str, str, str, bool]] = [
    (MARCH, MARCH, MARCH, False), ("2026/3/4", MARCH, MARCH, False), ("2026.03.04", MARCH, MARCH, False), ("20260304", MARCH, MARCH, False),
    ("04/03/2026", MARCH, APRIL, True), ("03/04/2026", APRIL, MARCH, True), ("4/3/26", MARCH, APRIL, True), ("4-3-2026", MARCH, APRIL, True),
    ("4.3.2026", MARCH, APRIL, False), ("04.03.26", MARCH, APRIL, False), ("05/05/2026", "2026-05-05", "2026-05-05", True),
    ("25/12/2026", "2026-12-25", BAD, True), ("12/25/2026", BAD, "2026-12-25", True), ("25.12.2026", "2026-12-25", BAD, False),
    ("29/02/2024", "2024-02-29", BAD, True), ("02/29/2024", BAD, "2024-02-29", True), ("29/02/2026", BAD, BAD, True), ("31/04/2026", BAD, BAD, True),
    ("13/13/2026", BAD, BAD, True), ("01/02/70", "1970-02-01", "1970-01-02", True), ("01/02/69", "2069-02-01", "2069-01-02", True),
    ("4-Mar-26", MARCH, MARCH, False), ("4 March 2026", MARCH, MARCH, False), ("March 4, 2026", MARCH, MARCH, False), ("Mar 4th, 2026", MARCH, MARCH, False),
    ("4 mars 2026", MARCH, MARCH, False), ("4. März 2026", MARCH, MARCH, False), ("4 de marzo de 2026", MARCH, MARCH, False),
    ("30 February 2026", BAD, BAD, False), ("2026-02-30", BAD, BAD, False), ("2026-13-01", BAD, BAD, False), ("00/00/2026", BAD, BAD, True),
    ("0026-03-04", FAR, FAR, False), ("2206-03-04", FAR, FAR, False), ("04/03/1066", FAR, FAR, True), ("0000-00-00", BAD, BAD, False),
    ("someday", ODD, ODD, False), ("4 Brumaire 2026", ODD, ODD, False), ("2026-W10-3", ODD, ODD, False), ("46085", ODD, ODD, False),
    ("4/3", ODD, ODD, False), ("2026-03", ODD, ODD, False), ("٤/٣/٢٠٢٦", ODD, ODD, False), ("2026-03-04 25:00", BAD, BAD, False),
]  # fmt: skip
NEIGHBOURS = {"25/11/2026": ("2026-11-25", "day first"), "11/25/2026": ("2026-11-25", "month first")}
BESIDE = {"alone": (), "day": ("25/11/2026",), "month": ("11/25/2026",), "both": ("25/11/2026", "11/25/2026")}
COUNTS = {  # text: by order of the mapping, worked out with a calendar on the wall
    "46085": {"serial 1900": MARCH, "serial 1904": "2030-03-05", "epoch seconds": "1970-01-01", "epoch milliseconds": "1970-01-01"},
    "44623": {"serial 1900": "2022-03-03", "serial 1904": MARCH, "epoch seconds": "1970-01-01", "epoch milliseconds": "1970-01-01"},
    "46085.979": {"serial 1900": MARCH, "serial 1904": "2030-03-05", "epoch seconds": "1970-01-01", "epoch milliseconds": "1970-01-01"},
    "1772665200": {"serial 1900": FAR, "serial 1904": FAR, "epoch seconds": "2026-03-05", "epoch milliseconds": "1970-01-21"},  # 23:00 UTC
    "1772665199": {"serial 1900": FAR, "serial 1904": FAR, "epoch seconds": MARCH, "epoch milliseconds": "1970-01-21"},
    "1772665200000": {"serial 1900": FAR, "serial 1904": FAR, "epoch seconds": FAR, "epoch milliseconds": "2026-03-05"},
    "-1": {"serial 1900": FAR, "serial 1904": FAR, "epoch seconds": FAR, "epoch milliseconds": FAR},
    MARCH: dict.fromkeys(("serial 1900", "serial 1904", "epoch seconds", "epoch milliseconds"), MARCH),
    "x": dict.fromkeys(("serial 1900", "serial 1904", "epoch seconds", "epoch milliseconds"), ODD),
}  # fmt: skip
INSTANTS = (  # text, the day it was in Berlin, the instant in UTC
    ("2026-03-04T23:30:00Z", "2026-03-05", "2026-03-04 23:30:00"), ("2026-03-04T22:59:59Z", MARCH, "2026-03-04 22:59:59"),
    ("2026-03-04 23:30+0100", MARCH, "2026-03-04 22:30:00"), ("2026-03-04 23:30-05:00", "2026-03-05", "2026-03-05 04:30:00"),
    ("2026-03-04T00:30:00+05:45", "2026-03-03", "2026-03-03 18:45:00"), ("2026-03-04 11:30 PM", MARCH, "2026-03-04 22:30:00"),
    ("2026-03-04 12:15 am", MARCH, "2026-03-03 23:15:00"), ("4.3.2026 23:30", MARCH, "2026-03-04 22:30:00"),
    ("2026-07-04T23:30:00.250Z", "2026-07-05", "2026-07-04 23:30:00.250000"), ("20260304T233000Z", "2026-03-05", "2026-03-04 23:30:00"),
    ("2026-10-25T00:30:00Z", "2026-10-25", "2026-10-25 00:30:00"), ("2026-10-25T01:30:00Z", "2026-10-25", "2026-10-25 01:30:00"),
    ("March 4, 2026 5:00 PM", MARCH, "2026-03-04 16:00:00"), (MARCH, MARCH, None), ("2025-12-31T23:30:00Z", "2026-01-01", "2025-12-31 23:30:00"),
    ("2026-03-04T24:00:00", BAD, None), ("2026-03-04 13:00 PM", BAD, None), ("2026-03-04 10:61", BAD, None), ("2026-03-04T10:00+99:00", BAD, None),
    ("1969-12-31T23:59:59Z", FAR, None), ("2199-12-31T23:30:00Z", FAR, None), ("", "date_missing", None), ("noon", ODD, None),
)  # fmt: skip


def cases() -> list[Case]:
    return [*_orders(), *_counts(), *_instants()]


def order_of(form: tuple[str, str, str, bool], beside: tuple[str, ...], stated: str) -> str:
    """The order of the column; empty where nothing tells or the cells contradict each other."""
    _, day, month, tells = form
    seen = {NEIGHBOURS[one][1] for one in beside}
    if tells and (day == BAD) != (month == BAD):
        seen.add("month first" if day == BAD else "day first")
    return stated or (seen.pop() if len(seen) == 1 else "")


def expected(form: tuple[str, str, str, bool], beside: tuple[str, ...], stated: str) -> str:
    """The day, or the code of its refusal."""
    text, day, month, _ = form
    order = order_of(form, beside, stated)
    if "." in text and not stated:
        order = "day first"  # nobody writes the month first with points
    if order:
        return day if order == "day first" else month
    if FAR in (day, month) or ODD in (day, month) or day == month:
        return OPEN if text == "04/03/1066" else day
    return OPEN if BAD not in (day, month) else next(one for one in (day, month) if one != BAD)


def _orders() -> list[Case]:
    found = []
    settings = [*((name, "") for name in BESIDE), ("alone", "day first"), ("alone", "month first")]
    for (number, form), (place, (name, stated)) in product(enumerate(FORMS), enumerate(settings)):
        key = f"d{number}-{place}-"
        sheet = Sheet(Dialect("\t"))
        for one in BESIDE[name]:
            _deal(sheet, f"{key}{one}", one, NEIGHBOURS[one][0])
        known = {"day first": MARCH, "month first": APRIL}.get(order_of(form, BESIDE[name], stated))
        _deal(sheet, f"{key}x", form[0], expected(form, BESIDE[name], stated), known)
        _deal(sheet, f"{key}w", "2026-01-31", "2026-01-31")
        found.append(sheet.case(f"{key}{name}.csv", **({"dates": stated} if stated else {})))
    return found


def _deal(sheet: Sheet, key: str, text: str, said: str, known: str | None = None) -> None:
    """A deal opened on the day that the text is. Where the order is known it is mended to a day that tells none by itself."""
    deal = Deal(key)
    cells = [*deal.cells()[:3], text, *deal.cells()[4:]]
    if said.startswith("date"):
        right = [*deal.cells()[:3], "04/03/2026" if known else MARCH, *deal.cells()[4:]]
        mended = deal.kept() | {"opened_on": date.fromisoformat(known or MARCH)}
        sheet.bad(cells, said, "opened", text, mended=(right, mended))
    else:
        sheet.good(cells, **deal.kept() | {"opened_on": date.fromisoformat(said)})


def _counts() -> list[Case]:
    found = []
    for number, (text, orders) in enumerate(COUNTS.items()):
        for place, (order, said) in enumerate(orders.items()):
            sheet = Sheet()
            _deal(sheet, f"k{number}-{place}", text, said)
            found.append(sheet.case(f"k{number}-{place}-counts.csv", dates=order))
    return found


def _instants() -> list[Case]:
    entry = {
        "object": "activities",
        "columns": {"id": "id", "owner": "owner", "type": "type", "occurred_at": "when"},
    }
    found = []
    for number, (text, said, instant) in enumerate(INSTANTS):
        sheet = Sheet(Dialect("|"), header=("id", "owner", "type", "when"))
        key = f"i{number}"
        right = {"id": key, "owner_key": "ann", "type": "call", "occurred_on": date.fromisoformat(MARCH), "occurred_at": None}  # fmt: skip
        if said.startswith("date"):
            sheet.bad(
                (key, "ann", "call", text), said, "when", text, mended=((key, "ann", "call", MARCH), right)
            )
        else:
            at = datetime.fromisoformat(instant) if instant else None
            sheet.good(
                (key, "ann", "call", text),
                **right | {"occurred_on": date.fromisoformat(said), "occurred_at": at},
            )
        found.append(sheet.case(f"i{number}-instants.csv", **entry))
    return found

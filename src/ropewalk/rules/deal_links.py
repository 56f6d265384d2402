"""Where a deal opens in the CRM: an address with {id} where the deal's own id stands. Start with `opened_at`."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

PLACE = "{id}"
STEPS = (".", "..")  # mean the same in an address when they are quoted
LONGEST = 500  # characters of such an address


def trouble_of(link: str) -> str:
    """What is wrong with an address that was typed, as a sentence; empty where nothing is."""
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"“{link[:80]}” is no address. {EXAMPLE}"
    if (
        parts.scheme not in ("https", "http")
        or not host
        or any(one.isspace() or ord(one) < 32 for one in link)
    ):
        return f"“{link[:80]}” is no address that begins with https://. {EXAMPLE}"
    if "{" in parts.netloc or "@" in parts.netloc:
        return f"Name the server in full, without {PLACE} and without a password: “{parts.netloc[:80]}”. {EXAMPLE}"
    if link.count(PLACE) != 1 or link.replace(PLACE, "").count("{"):
        return f"Write {PLACE} once, where the deal’s own id stands in the address. {EXAMPLE}"
    return "" if len(link) <= LONGEST else f"The address is longer than {LONGEST} characters."


EXAMPLE = f"For example https://crm.example/deals/{PLACE}"


def opened_at(link: str, deal_id: str) -> str:
    """The address of one deal; the id is quoted, so that it can't lead anywhere else.

    Empty where no link is kept, or none that would be taken, and for an id that is a step up in an address.
    """
    if not link or trouble_of(link) or deal_id in STEPS:
        return ""
    return link.replace(PLACE, quote(deal_id, safe=""))

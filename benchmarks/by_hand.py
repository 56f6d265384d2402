"""Of each metric that is kept the SQL somebody would write by hand: person, day, facts, numerator, denominator.

The last two columns of a kept cell, which only thin data need, are 0 here. Start with `statements`.
"""

from __future__ import annotations

WON, DECIDED = "f.status = 'won'", "f.status IN ('won', 'lost')"
MONEY, CYCLE = "coalesce(f.company_amount, 0) * c.share", "(f.closed_on - f.opened_on)"
WITH_A_DENOMINATOR = ("average_deal", "close_rate", "close_rate_by_amount", "sales_cycle")


def statements(company: int) -> dict[str, str]:
    """By metric, the query that gives the rows of its full tally."""
    return {
        "activities": activities(company),
        "average_deal": deals(
            company, "closed_on", f"sum({MONEY})", "sum(c.share)", f"{WON} AND f.company_amount IS NOT NULL"
        ),
        "calls": activities(company, "f.type = 'call'"),
        "close_rate": deals(
            company, "closed_on", f"coalesce(sum(c.share) FILTER ({WON}), 0)", "sum(c.share)", DECIDED
        ),
        "close_rate_by_amount": deals(
            company, "closed_on", f"coalesce(sum({MONEY}) FILTER ({WON}), 0)", f"sum({MONEY})", DECIDED
        ),
        "meetings_held": activities(company, "f.type = 'meeting'"),
        "new_clients": first_wins(company),
        "opportunities_opened": deals(company, "opened_on", "sum(c.share)", "0", "true"),
        "pipeline_created": deals(company, "opened_on", f"sum({MONEY})", "0", "true"),
        "revenue_won": deals(company, "closed_on", f"sum({MONEY})", "0", WON),
        "sales_cycle": deals(
            company, "closed_on", f"sum({CYCLE} * c.share)", "sum(c.share)", f"{WON} AND {CYCLE} >= 0"
        ),
        "win_backs": deals(
            company,
            "closed_on",
            "sum(c.share)",
            "0",
            f"{WON} AND (f.source, f.id) IN ({long_after(company)})",
        ),
    }


def activities(company: int, which: str = "true") -> str:
    """Every activity counts for its owner."""
    return f"""SELECT coalesce(o.person_id, 0), f.occurred_on, count(*), count(*), 0, 0, 0 FROM activities f
        LEFT JOIN owners o ON o.company_id = {company} AND o.source = f.source AND o.owner_key = f.owner_key
        WHERE f.company_id = {company} AND f.occurred_on IS NOT NULL AND {which} GROUP BY 1, 2 ORDER BY 1, 2"""


def deals(company: int, day: str, numerator: str, denominator: str, which: str) -> str:
    """A deal counts for everyone credited, each with their share; without split credit for its owner."""
    return f"""SELECT coalesce(o.person_id, 0), f.{day}, count(*), {numerator}, {denominator}, 0, 0 FROM opportunities f
        JOIN (SELECT source, opportunity_id, owner_key, share FROM credits WHERE company_id = {company}
        UNION ALL SELECT source, id, owner_key, 1 FROM opportunities p WHERE company_id = {company} AND NOT EXISTS (SELECT 1
        FROM credits k WHERE k.company_id = p.company_id AND k.source = p.source AND k.opportunity_id = p.id)) c
        ON c.source = f.source AND c.opportunity_id = f.id
        LEFT JOIN owners o ON o.company_id = {company} AND o.source = c.source AND o.owner_key = c.owner_key
        WHERE f.company_id = {company} AND f.{day} IS NOT NULL AND {which} GROUP BY 1, 2 ORDER BY 1, 2"""


def first_wins(company: int) -> str:
    """An account's first win counts whole for its owner."""
    return f"""SELECT coalesce(o.person_id, 0), f.closed_on, count(*), count(*), 0, 0, 0 FROM
        (SELECT *, row_number() OVER (PARTITION BY source, account_id ORDER BY closed_on, id) AS turn FROM opportunities
        WHERE company_id = {company} AND status = 'won' AND closed_on IS NOT NULL AND account_id <> '') f
        LEFT JOIN owners o ON o.company_id = {company} AND o.source = f.source AND o.owner_key = f.owner_key
        WHERE f.turn = 1 GROUP BY 1, 2 ORDER BY 1, 2"""


def long_after(company: int) -> str:
    """Wins a year or more after the account's win before."""
    return f"""SELECT (source, id) FROM (SELECT source, id, closed_on, lag(closed_on) OVER
        (PARTITION BY source, account_id ORDER BY closed_on, id) AS before FROM opportunities
        WHERE company_id = {company} AND status = 'won' AND account_id <> '') WHERE closed_on - before >= 365"""

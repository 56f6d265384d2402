"""Public holidays by country, to be proposed to a company, which decides. Out of the `holidays` library, loaded late.

Start with `countries` and `proposed`.
"""

from __future__ import annotations

from datetime import date
from functools import cache

MOST_YEARS = 5


class UnknownCountry(Exception):
    """There is no list of public holidays for this country or region."""


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Two-letter code of each country there is a list for -> the codes of its regions."""
    import holidays

    found = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(found.items())}


def proposed(country: str, region: str, years: range) -> dict[date, str]:
    """Day -> name of a country's public holidays in English where the list has it. Raises UnknownCountry."""
    import holidays

    known = countries()
    if country not in known:
        raise UnknownCountry(
            f"There is no list of public holidays for {country!r}. Choose a country, or type the days in."
        )
    if region and region not in known[country]:
        raise UnknownCountry(
            f"{country} has no region {region!r} in the list. Leave it empty for the whole country."
        )
    wanted = list(years)[:MOST_YEARS]
    found = holidays.country_holidays(country, subdiv=region or None, years=wanted, language="en_US")
    return {day: str(name)[:80] for day, name in sorted(found.items()) if day.year in wanted}

"""`ropewalk company create` and `company rate`. Start with `register`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from ropewalk.cli.doing import give_up, ready


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Companies of this installation.", no_args_is_help=True)
    group.command("create")(create)
    group.command("rate")(rate)
    group.command("list")(list_companies)
    app.add_typer(group, name="company")


def create(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As it stands on the door.", show_default=False)
    ],
    time_zone: Annotated[str, typer.Option(help="Such as Europe/Zurich.")] = "UTC",
    currency: Annotated[str, typer.Option(help="What money is converted to.")] = "USD",
    fiscal_start: Annotated[int, typer.Option(help="Month (1-12) in which the fiscal year begins.")] = 1,
    first_weekday: Annotated[int, typer.Option(min=0, max=6, help="0 is Monday.")] = 0,
    working_days: Annotated[str, typer.Option(help="Weekdays worked, 0 is Monday.")] = "01234",
    holiday: Annotated[
        list[str] | None, typer.Option(metavar="DAY", help="A day on which nobody works; may be repeated.")
    ] = None,
) -> None:
    """Make a company and print its handle."""
    ready()
    from ropewalk.companies.founding import Calendar, NotFounded, close_on, found
    from ropewalk.companies.queries import company_by_handle_for_system
    from ropewalk.journal.writing import OPERATOR
    from ropewalk.lib import clock

    days = {day_of(written, "--holiday"): "" for written in holiday or []}
    calendar = Calendar(time_zone, currency.upper(), fiscal_start, first_weekday, working_days)
    try:
        handle = found(name, calendar=calendar, by=OPERATOR, at=clock.now())
    except NotFounded as error:
        give_up(str(error))
    if days:
        close_on(company_by_handle_for_system(handle).id, days, by=OPERATOR, at=clock.now())
    print(handle)


def rate(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", show_default=False)],
    value: Annotated[str, typer.Argument(metavar="RATE", help="What one unit is worth.", show_default=False)],
    company: Annotated[str, typer.Option("--company", metavar="C")],
    from_day: Annotated[str, typer.Option("--from", metavar="D", help="From this day on.")] = "1970-01-01",
) -> None:
    """Set what a currency is worth in the company's."""
    ready()
    from ropewalk.companies.access import NotVisible
    from ropewalk.companies.founding import set_rate
    from ropewalk.companies.queries import company_by_handle_for_system
    from ropewalk.journal.writing import OPERATOR
    from ropewalk.lib import clock

    try:
        worth = Decimal(value)
        if not worth.is_finite() or worth <= 0:
            raise InvalidOperation
    except InvalidOperation:
        give_up(f"{value!r} is no rate. Say a number above 0, such as 1.08.")
    try:
        facts = company_by_handle_for_system(company)
    except NotVisible:
        give_up(f"There is no company {company!r}.")
    set_rate(
        facts.id, currency.upper(), worth, from_day=day_of(from_day, "--from"), by=OPERATOR, at=clock.now()
    )
    print(f"1 {currency.upper()} = {worth} {facts.currency} from {from_day}")


def list_companies() -> None:
    """Print every company's handle and name."""
    ready()
    from ropewalk.companies.queries import companies_for_system

    for handle, name in companies_for_system():
        print(f"{handle}\t{name}")


def day_of(written: str, option: str) -> date:
    """A day as 2027-05-31, or an end with a sentence."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=None).date()  # noqa: DTZ007
    except ValueError:
        give_up(f"{option}: {written!r} is no day. Write it as 2027-05-31.")

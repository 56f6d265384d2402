"""`ropewalk person invite` and `person absent`. Start with `register`."""

from __future__ import annotations

from typing import Annotated

import typer

from ropewalk.cli.address import address_of
from ropewalk.cli.companies import day_of
from ropewalk.cli.doing import give_up, ready, today_of


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="People of a company.", no_args_is_help=True)
    group.command("invite")(invite)
    group.command("absent")(absent)
    app.add_typer(group, name="person")


def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", show_default=False)],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    role: Annotated[
        list[str],
        typer.Option(
            metavar="ROLE", help="executive, leader, manager, rep, administrator or advisor; may be repeated."
        ),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Whose address it is, where people came from a file without.")
    ] = "",
    address: Annotated[str, typer.Option("--at", metavar="URL", help="Where people reach this server.")] = "",
) -> None:
    """Give somebody roles and print a link, good once, by which they set a password."""
    ready()
    from ropewalk.companies.inviting import InvitationRefused
    from ropewalk.companies.inviting import invite as invite_person
    from ropewalk.journal.writing import OPERATOR
    from ropewalk.lib import clock

    today_of(company)
    try:
        invited = invite_person(company, email, roles=tuple(role), name=name, by=OPERATOR, at=clock.now())
    except InvitationRefused as error:
        give_up(str(error))
    base = address.rstrip("/") or address_of("127.0.0.1", 8000)
    print(f"{base}/invitation/{invited.token}")


def absent(
    email: Annotated[str, typer.Argument(metavar="EMAIL|NAME", show_default=False)],
    from_day: Annotated[str, typer.Argument(metavar="FROM", show_default=False)],
    to_day: Annotated[str, typer.Argument(metavar="TO", show_default=False)],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
) -> None:
    """Note that somebody is away, both days included: nothing is due from them then."""
    ready()
    from ropewalk.companies.absences import note_absence
    from ropewalk.companies.queries import company_by_handle_for_system
    from ropewalk.companies.roster import roster_for_system
    from ropewalk.journal.writing import OPERATOR
    from ropewalk.lib import clock
    from ropewalk.plans.defining import person_named

    today_of(company)
    facts = company_by_handle_for_system(company)
    person_id = person_named(roster_for_system(facts.id), email)
    if person_id is None:
        give_up(f"Nobody of {facts.name}, or more than one, is {email!r}. Say the e-mail.")
    first, latest = day_of(from_day, "FROM"), day_of(to_day, "TO")
    if latest < first:
        give_up(f"{to_day} lies before {from_day}. Say the first day first.")
    note_absence(person_id, first, latest, by=OPERATOR, at=clock.now())
    print("noted")

"""`ropewalk plan check|import|publish|announce|export`. Start with `register`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ropewalk.cli.companies import day_of
from ropewalk.cli.doing import do, give_up, ready, today_of

AS = typer.Option("--as", metavar="EMAIL", help="With this person's rights.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The year's plan as a file.", no_args_is_help=True)
    for name, command in (
        ("check", check),
        ("import", take),
        ("publish", publish),
        ("announce", announce),
        ("export", export),
    ):
        group.command(name)(command)
    app.add_typer(group, name="plan")


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", show_default=False)],
    company: Annotated[
        str | None, typer.Option("--company", metavar="C", help="Ask this company's data too.")
    ] = None,
    fiscal_start: Annotated[
        int, typer.Option(min=1, max=12, help="Without a company: month in which the year begins.")
    ] = 1,
) -> None:
    """Ask the definition checks of a plan; exit 1 if any blocks."""
    ready()
    report = do(
        "plan check",
        {"path": str(file.resolve()), "company": company, "fiscal_start_month": fiscal_start},
    )
    print(in_words(report))
    raise typer.Exit(1 if report["blocks"] else 0)


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", show_default=False)],
    company: Annotated[str, typer.Option("--company", metavar="C")],
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Of an amendment: why.")] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", metavar="D", help="Of an amendment: from when.")
    ] = None,
    address: Annotated[str | None, AS] = None,
) -> None:
    """Bring a plan in: as the draft, or as an amendment of a published one. Exit 1 if a check blocks the draft."""
    ready()
    if from_day is not None:
        day_of(from_day, "--from")
    order = {
        "path": str(file.resolve()),
        "company": company,
        "reason": reason,
        "from": from_day,
        "as": address,
    }
    result = do("plan import", order)
    if result["version"] is None:
        print(f"The draft for {result['year']} is in.")
    else:
        print(
            f"Version {result['version']} for {result['year']} is published, from {result['from']}; {result['told']} people are told."
        )
    print(in_words(result))
    raise typer.Exit(1 if result["blocks"] else 0)


def publish(
    company: Annotated[str, typer.Option("--company", metavar="C")],
    year: Annotated[
        int | None, typer.Option("--year", metavar="Y", help="Fiscal; else the only draft.")
    ] = None,
    address: Annotated[str | None, AS] = None,
) -> None:
    """Publish the draft as version 1."""
    ready()
    today_of(company)
    result = do("plan publish", {"company": company, "year": year or the_year(company), "as": address})
    print(f"The plan for {result['year']} is published.")
    if result["is_over"]:
        print("Its year is over, so it stands for the record: there are no ropes any more.")
    print(in_words(result))


def announce(
    company: Annotated[str, typer.Option("--company", metavar="C")],
    words: Annotated[
        str, typer.Option(metavar="TEXT", help="The leader's own, above what the plan says.")
    ] = "",
    address: Annotated[str | None, AS] = None,
) -> None:
    """Send the announcement of the latest version to everybody it concerns."""
    ready()
    from ropewalk.jobs.kinds import NotDone
    from ropewalk.jobs.planning import send_announcement

    try:
        print(f"Sent to {send_announcement(company, words, email=address)} people.")
    except NotDone as error:
        give_up(str(error))


def export(
    company: Annotated[str, typer.Option("--company", metavar="C")],
    year: Annotated[int | None, typer.Option("--year", metavar="Y", help="Fiscal; else the latest.")] = None,
) -> None:
    """Print the year's plan as YAML, to edit and bring in again."""
    ready()
    from ropewalk.jobs import planning
    from ropewalk.jobs.kinds import NotDone

    try:
        sys.stdout.write(planning.export(company, year or the_year(company)))
    except NotDone as error:
        give_up(str(error))


def the_year(company: str) -> int:
    """The latest year with a draft, or an end with a sentence."""
    from ropewalk.companies.access import NotVisible
    from ropewalk.companies.queries import company_by_handle_for_system
    from ropewalk.plans.queries import years_for_system

    try:
        years = years_for_system(company_by_handle_for_system(company).id)
    except NotVisible:
        give_up(f"There is no company {company!r}.")
    if not years:
        give_up("There is no plan yet. Bring one in: ropewalk plan import FILE.yaml --company " + company)
    return years[0]


def in_words(report: dict[str, Any]) -> str:
    """A report of the checks: what blocks first, then advice, then what couldn't be asked."""
    lines = []
    for one in report["findings"]:
        mark = "blocks" if one["blocking"] else "advice"
        lines.append(f"{one['code']} {mark} · {one['where']}: {one['sentence']} {one['mend']}")
    if not lines:
        lines.append("Every check passes.")
    if report["not_asked"]:
        lines.append(f"Not asked, for want of a company's data: {', '.join(report['not_asked'])}.")
    return "\n".join(lines)

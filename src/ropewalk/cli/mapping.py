"""`ropewalk mapping`: accept suspicions as rules, and show the mapping with them. Start with `register`."""

from __future__ import annotations

from typing import Annotated

import typer

from ropewalk.cli.doing import do, give_up, ready


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="How a source's files are read.", no_args_is_help=True)
    group.command("accept")(accept)
    group.command("match")(match)
    group.command("show")(show)
    app.add_typer(group, name="mapping")


def accept(
    suspicions: Annotated[
        list[int],
        typer.Argument(
            metavar="SUSPICION…", help="Their numbers, from an import's report.", show_default=False
        ),
    ],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Make what suspicions suggest a rule of the mapping, and mend the rows that are there."""
    ready()
    result = do("accept", {"company": company, "suspicions": suspicions, "as": address}, label="Accepting")
    if not result["rules"] and not result["rows"]:
        print("Nothing to add: that is a rule already, and every row reads so.")
        return
    rules = "1 rule" if result["rules"] == 1 else f"{result['rules']} rules"
    rows = "1 row now reads" if result["rows"] == 1 else f"{result['rows']:,} rows now read"
    print(f"{rules} added; {rows} as suggested, and so will later imports.")


def match(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The owner as the source writes it.", show_default=False)
    ],
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="Whose it is: e-mail or full name.", show_default=False)
    ],
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    source: Annotated[str | None, typer.Option(metavar="SOURCE", help="Where there are several.")] = None,
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Say whom an owner of the source stands for; the facts there are count for that person from now on."""
    ready()
    order = {"company": company, "source": source, "key": key, "person": person, "as": address}
    print(f"{key} is {do('match', order)['name']}.")


def show(
    company: Annotated[str, typer.Option("--company", metavar="C", help="The company's handle.")],
    source: Annotated[str | None, typer.Option(metavar="SOURCE", help="Where there are several.")] = None,
    address: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="With this person's rights.")
    ] = None,
) -> None:
    """Print the mapping in force, accepted corrections included, as YAML."""
    ready()
    from ropewalk.jobs.accepting import mapping_in_force
    from ropewalk.jobs.kinds import NotDone

    try:
        print(mapping_in_force(company, source, address), end="")
    except NotDone as trouble:
        give_up(str(trouble))

"""`ropewalk serve`: web and job runner in one process. Start with `register`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ropewalk.cli.address import address_of, in_link, is_answered
from ropewalk.cli.doing import give_up, ready

LINKS = 8_192  # connections at once, where the machine allows so many open files
LAST_WORDS = 8  # seconds that requests in hand are given at the end


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    reload: Annotated[bool, typer.Option("--reload", help="Read templates anew on each request.")] = False,
) -> None:
    """Serve the pages and do the jobs, until Ctrl-C."""
    if reload:
        os.environ["ROPEWALK_RELOAD"] = "yes"
    ready()
    from ropewalk.facts.holding import StoreAway, StoreBusy, hold, let_go

    try:
        hold()
    except (StoreAway, StoreBusy) as error:
        give_up(str(error))
    let_go()  # the serving process takes the hold, this one only looks after it
    tell_the_way_in(host, port)
    run(host, port)


def tell_the_way_in(host: str, port: int) -> None:
    """On an empty installation, print the link by which its first administrator sets it up."""
    from django.conf import settings

    from ropewalk.companies.beginning import way_in

    secret = way_in(settings.HOME)
    if secret is not None:
        print(
            f"Nobody is here yet. Set Ropewalk up in the browser; this link is good once:\n"
            f"  {address_of(host, port)}/setup/{secret}/",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def tell_where(host: str, port: int) -> None:
    """Where it is, and what is to be set where nobody who asks there would be answered."""
    address = address_of(host, port)
    print(f"Ropewalk is at {address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if not is_answered(address):
        print(
            f"It doesn't answer to that name yet: set ROPEWALK_HOSTS={in_link(host)} and start it again.",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def remember() -> None:
    """Let the serving process keep worlds in memory: also one that is forked off after the settings were read."""
    from django.conf import settings

    os.environ["ROPEWALK_SERVES"] = "yes"
    settings.REMEMBERS_WORLDS = True


def links_at_once() -> int:
    """How many connections are taken at a time: idle ones are many and cheap, and who finds no place waits for all of them."""
    if sys.platform == "win32":
        return LINKS // 8
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * LINKS if hard == resource.RLIM_INFINITY else min(2 * LINKS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(LINKS, wanted // 2)


def run(host: str, port: int) -> None:
    """The server itself: one worker with some threads and the job runner, looked after by this process."""
    import socket

    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            give_up(f"Port {port} of {host} can't be had: {error.strerror}. Say another one with --port.")
    remember()
    tell_where(host, port)
    links = links_at_once()
    Granian(
        "ropewalk.rsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=1,
        http=HTTPModes.http1,  # proxies and browsers speak it without https, and who sends nothing is let go
        backlog=links,
        backpressure=links,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_WORDS,
    ).serve()

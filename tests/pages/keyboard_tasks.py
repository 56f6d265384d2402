"""Everyday tasks, each done with nothing but the keyboard. A step is a verb and what it is done with:

to X      Tab until what has the focus says X        back X    the same, backwards
press K   one key                                     type T    the letters of T
go K      `g`, then K                                 choose N  arrow down N times
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.pages.screens import ANA, DRAFTING, KAY, MANY, NOBODY, TOM, UMA, Shown


@dataclass(frozen=True)
class Task:
    """What somebody wants, where they start, what they press, and how one sees that it is done."""

    words: str
    start: Shown
    steps: tuple[str, ...]
    url: str = ""  # part of the address one ends at
    says: str = ""  # words on the page one ends at
    focus: str = ""  # what has the focus at the end


TODAY, ROPES = Shown(ANA, "today/"), Shown(KAY, "ropes/")
TASKS = (
    Task("jump over the ways to the content", TODAY, ("press Tab", "press Enter"), focus="content"),
    Task("log a deal review", TODAY, ("to Log a deal review", "press Enter"), says="Logged."),
    Task("take the latest tap back", TODAY, ("press u",), says="Taken back."),
    Task("say that a promise was kept", TODAY, ("to Bring the clinical lead", "press Enter"), says="Kept. Well done."),
    Task("open my figure of an initiative", TODAY, ("to 24 medical clients", "press Enter"), url="/figures/medical/person/"),
    Task("go to where ideas are parked, and park one", Shown(ANA, "plan/"), ("press n", "type Trade fairs", "press Enter"), says="Trade fairs"),
    Task("go to where topics are noted, and note one", Shown(ANA, "people/{ana}/talks/"), ("press n", "type The pilot’s price", "press Enter"), says="The pilot’s price"),
    Task("go to where people are invited", Shown(UMA, "setup/people/"), ("press n",), focus="addresses"),
    Task("go to my plan", TODAY, ("go y",), url="/plan/"),
    Task("go to the plan of the year", TODAY, ("go p",), url="/northlight/plan/"),
    Task("go to the ropes", TODAY, ("go r",), url="/ropes/"),
    Task("come back to Today", Shown(ANA, "plan/"), ("go t",), url="/today/"),
    Task(
        "write what I will do differently, and save it",
        Shown(ANA, "people/{ana}/plan/"),
        ("to medical.words", "type I call clinics before nine", "to Save changes", "press Enter"),
        says="Saved.",
    ),
    Task("agree to my plan", Shown(ANA, "people/{ana}/plan/"), ("to I agree to this plan", "press Enter"), says="Noted. Now"),
    Task(
        "answer the announcement",
        Shown("{unanswered}", "announcement/"),
        (
            "to Close rate 43", "press Space", "back picked", "to 24 medical clients", "press Space", "to GTX Pro to", "press Space",
            "to own_words", "type I bring a colleague", "to That’s it", "press Enter",
        ),
        says="Thank you.",
    ),
    Task("park an idea", Shown(ANA, "plan/"), ("to idea", "type Visit each customer once", "press Enter"), says="Parked."),
    Task("read the map as a table", ROPES, ("to The same as a table", "press Enter", "to Ropes as a table"), focus="Ropes as a table"),
    Task("sign out", TODAY, ("to Ana Alder", "press Enter", "to Sign out", "press Enter"), url="/sign-in/"),
    Task("read why signing in failed", Shown(NOBODY, "/sign-in/"), ("to id_login", "type a@b.example", "press Tab", "type not this one", "press Enter"), says="not correct"),
    Task("go to my team", Shown(TOM, "ropes/"), ("go m",), url="/team/"),
    Task("open the one-on-one that is overdue", Shown(TOM, "team/"), ("to Hold the one-on-one", "press Enter"), url="/talks/"),
    Task(
        "record a talk with a commitment",
        Shown(TOM, "people/{ana}/talks/"),
        (
            "to medical.words", "type Two clinics answered", "to commitment", "type Call the third", "to commitment_by",
            "type 08272027", "to Record the talk", "press Enter",
        ),
        says="Recorded.",
    ),
    Task(
        "record a quarterly review",
        Shown("{unreviewed_manager}", "people/{unreviewed}/reviews/"),
        ("to medical.words", "type We kept at it", "to Record the review", "press Enter"),
        says="Recorded.",
    ),
    Task(
        "note a team talk",
        Shown(TOM, "team/"),
        ("to Note a team talk", "press Enter", "to 24 medical clients", "press Space", "to Note it", "press Enter"),
        says="Noted",
    ),
    Task("read a past day", Shown(TOM, "team/"), ("to as of", "press Enter", "to as-of", "type 05312027", "press Enter"), says="You are reading 31 May 2027"),
    Task("come back to today", Shown(TOM, "team/?on=2027-05-31"), ("to Back to today", "press Enter"), says="ropes of your team"),
    Task("open the figure of a goal", Shown(KAY, "overview/"), ("to see how it is counted", "press Enter"), url="/figures/"),
    Task("open a rope beside the map", ROPES, ("to overdue since", "press Enter"), says="Open as a page"),
    Task("close it, and be back at the rope", ROPES, ("to overdue since", "press Enter", "wait dialog[open]", "press Escape"), focus="overdue since"),
    Task(
        "go to somebody’s rope in the map by arrow keys and open it",
        Shown(TOM, "ropes/"),
        ("to overdue since", "press Control+Home", "press ArrowRight", "press ArrowDown", "press ArrowDown", "press Enter"),
        says="Ben Brandt’s rope is",
    ),
    Task(
        "close it, and go on from there",
        Shown(TOM, "ropes/"),
        (
            "to overdue since", "press Control+Home", "press ArrowDown", "press ArrowDown", "press Enter", "wait dialog[open]",
            "press Escape", "press ArrowRight",
        ),
        focus="Ben Brandt, 24 medical clients",
    ),
    Task("go from a team’s bundles to the team", Shown(KAY, "ropes/", company=MANY), ("to ropes on the ground", "press Control+End", "press Enter"), url="/ropes/?team="),
    Task("read what the seven steps are", ROPES, ("to The seven steps", "press Enter"), says="the announcement was sent to the person"),
    Task("find a person", ROPES, ("press /", "type Pia", "press Enter"), says="Only people whose name holds “Pia”"),
    Task("let one initiative stand out", ROPES, ("to by-initiative", "choose 1", "press Tab"), says="stands out"),
    Task("remind everybody who owes a step", ROPES, ("to Remind all", "press Enter"), says="reminded."),
    Task("list the keys, and switch letters off", ROPES, ("press ?", "press Space", "press Escape", "go p"), url="/ropes/"),
    Task("choose the dark", ROPES, ("to Kay Lindqvist", "press Enter", "to system", "choose 2"), focus="dark"),
    Task("pause the updates", ROPES, ("to Pause", "press Space"), says="Paused"),
    Task(
        "publish a plan",
        Shown(KAY, "plan/publication/", company=DRAFTING),
        ("to named", "type Draftfirm", "to Publish", "press Enter"),
        url="/plan/announcement/",
    ),
)  # fmt: skip

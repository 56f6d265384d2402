"""What stands on the screens of one seeded company, through the doors. Who may open which is `test_rights`' business."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries
from tests.pages import seeding
from tests.pages.seeding import Seeded

from ropewalk.companies.access import viewer_by_email
from ropewalk.facts import store
from ropewalk.facts.models import SourceMapping, Tap
from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.writing import OPERATOR, write
from ropewalk.pages.silent import together
from ropewalk.pages.templatetags.goals import target_words
from ropewalk.progress import homes
from ropewalk.progress.maps import rope_map
from ropewalk.progress.silence import Silence
from ropewalk.rollout.models import Touch

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
FEW_QUERIES = 64


@pytest.fixture(scope="module")
def northlight(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seeded]:
    facts = tmp_path_factory.mktemp("screens") / "facts.duckdb"
    with django_db_blocker.unblock(), override_settings(FACTS_FILE=facts):  # type: ignore[attr-defined]
        store.close()
        with transaction.atomic():
            yield seeding.seed()
            transaction.set_rollback(True)
        store.close()


@pytest.fixture(autouse=True)
def seventeenth_of_august() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Reader:
    """Somebody signed in, reading pages as text."""

    def __init__(self, made: Seeded, name: str) -> None:
        self.made, self.name = made, name
        self.client = Client()
        self.client.force_login(
            made.account(name), backend="allauth.account.auth_backends.AuthenticationBackend"
        )

    def html(self, path: str, status: int = 200) -> str:
        response = self.client.get(f"/c/northlight/{path}")
        assert response.status_code == status, path
        return response.content.decode()

    def text(self, path: str) -> str:
        return text_of(self.html(path))

    def post(self, path: str, **fields: object) -> str:
        response = self.client.post(f"/c/northlight/{path}", fields, follow=True)
        assert response.status_code == 200, path
        return text_of(response.content.decode())


def text_of(html: str) -> str:
    main = re.split('<main id="content"[^>]*>', html)[1].split("</main>")[0]
    words = re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).replace("\xa0", " ").split())


def viewer_of(made: Seeded, name: str) -> object:
    return viewer_by_email(made.handle, seeding.email(name), on=made.on)


def test_the_overview_says_both_numbers_and_who_owes(northlight: Seeded) -> None:
    found = homes.overview(viewer_of(northlight, "Kay Lindqvist"), northlight.on)  # type: ignore[arg-type]
    said = Reader(northlight, "Kay Lindqvist").text("overview/")
    head = found.headline
    assert f"{head.where_they_should_be} of {head.ropes} ropes are where they should be" in said
    assert f"{head.on_the_ground} on the ground , {head.on_the_ground_before} a month ago" in said
    assert f"{head.overdue} are overdue" in said
    assert sum(count for _, count in head.owed) == head.overdue


def test_the_sentence_names_where_the_overdue_ropes_hang_and_not_those_with_time_left(
    northlight: Seeded,
) -> None:
    viewer = viewer_of(northlight, "Kay Lindqvist")
    head = homes.overview(viewer, northlight.on).headline  # type: ignore[arg-type]
    bays = rope_map(viewer, northlight.on).bays  # type: ignore[arg-type]
    states = [one for bay in bays for stand in bay.stands for one in stand.ropes]
    late: dict[str, int] = {}
    for one in states:
        first = next((knot for knot in one.rope.knots if str(knot.state) not in ("tied", "none")), None)
        if first and first.name != "moving" and any(str(knot.state) == "overdue" for knot in one.rope.knots):
            late[first.name] = late.get(first.name, 0) + 1
    assert late
    assert late[head.worst_knot] == max(late.values())
    said = Reader(northlight, "Kay Lindqvist").text("overview/")
    assert f"Most hang at {str(head.worst_knot).capitalize()}" in said


def test_bundles_count_what_breaks_and_what_of_it_is_overdue_as_the_single_ropes_do(
    northlight: Seeded,
) -> None:
    rows = [
        re.findall(
            r"(\d+)</tspan> breaks? here|(\d+ overdue|not due yet)</text>",
            Reader(northlight, who).html("ropes/"),
        )
        for who in ("Kay Lindqvist", "Adam Adviser")
    ]
    assert rows[0]
    assert rows[0] == rows[1]


def test_what_fell_silent_in_a_team_on_one_day_is_one_line() -> None:
    day, other = date(2027, 3, 1), date(2027, 4, 1)
    heard = [
        Silence(1, "North", "a", "Close rate", day, 60, True),
        Silence(2, "South", "a", "Close rate", day, 60, True),
        Silence(1, "North", "b", "Medical", day, 60, True),
        Silence(1, "North", "c", "Launch", other, 29, True),
    ]
    said = [(one.team, one.titles, one.initiative_key) for one in together(heard)]
    assert said == [
        ("North", ("Close rate", "Medical"), ""),
        ("South", ("Close rate",), "a"),
        ("North", ("Launch",), "c"),
    ]


def test_a_target_in_money_says_so_and_others_do_not() -> None:
    assert target_words(43000, "revenue_won", "USD") == "$43,000"
    assert target_words(7, "new_clients", "USD") == "7"


def test_each_goal_shows_value_status_gap_worth_and_ropes_and_every_figure_opens(northlight: Seeded) -> None:
    reader = Reader(northlight, "Kay Lindqvist")
    html, said = reader.html("overview/"), reader.text("overview/")
    found = homes.overview(viewer_of(northlight, "Kay Lindqvist"), northlight.on)  # type: ignore[arg-type]
    for figure, (key, grounded, ropes) in zip(found.thermometers, found.grounded, strict=True):
        assert str(figure.status) in said
        assert f"{grounded} of {ropes} ropes on the ground" in said
        assert f'href="/c/northlight/figures/{key}/company/0/"' in html
        assert reader.text(f"figures/{key}/company/0/")
    assert "worth about $310k" in said
    assert html.count('role="img"') == 3


def test_the_day_that_is_read_is_carried_along_by_every_link(northlight: Seeded) -> None:
    html = Reader(northlight, "Kay Lindqvist").html("overview/?on=2027-05-31")
    main = html.split("<main")[1]
    links = [unescape(link) for link in re.findall(r'href="(/c/[^"]+)"', main)]
    assert links
    assert all("on=2027-05-31" in link for link in links)


def test_without_a_published_plan_each_first_page_shows_an_example_and_one_way(northlight: Seeded) -> None:
    for name, path in (
        ("Kay Lindqvist", "overview/"),
        ("Kay Lindqvist", "ropes/"),
        ("Ana Alder", "today/"),
        ("Tom Neubert", "team/"),
    ):
        reader = Reader(northlight, name)
        html = reader.html(f"{path}?on=2026-06-01")
        assert "No plan is published yet" in html
        assert "example" in reader.text(f"{path}?on=2026-06-01")
        assert len(re.findall(r'class="button"', html)) == 1


def test_the_map_has_a_tag_for_every_loose_end_and_a_link_for_every_person(northlight: Seeded) -> None:
    html = Reader(northlight, "Kay Lindqvist").html("ropes/")
    found = rope_map(viewer_of(northlight, "Kay Lindqvist"), northlight.on)  # type: ignore[arg-type]
    loose = [rope for bay in found.bays for rope in bay.ropes if not rope.rope.on_the_ground]
    assert len(re.findall(r'<circle class="tag ', html)) == len(loose)
    for one in loose:
        assert f'href="/c/northlight/ropes/{one.initiative_key}/{one.person_id}/"' in html
    for stand in (stand for bay in found.bays for stand in bay.stands):
        assert f"?person={stand.person_id}" in html
    assert html.count("is where") == 0


def test_the_map_is_also_a_list_by_debtor_and_a_table(northlight: Seeded) -> None:
    said = Reader(northlight, "Kay Lindqvist").text("ropes/")
    assert "The same as a table" in said
    assert re.search(r"\d+ waits? for the manager", said.replace("  ", " ")) or "wait for the manager" in said
    assert said.count("Ana Alder") >= 1


def test_the_map_narrows_to_a_team_and_a_person_and_knows_no_stranger(northlight: Seeded) -> None:
    reader, people = Reader(northlight, "Kay Lindqvist"), northlight.people
    team = rope_map(viewer_of(northlight, "Kay Lindqvist"), northlight.on).bays[0]  # type: ignore[arg-type]
    assert f"of {team.reach.ropes} ropes" in reader.text(f"ropes/?team={team.team_id}")
    assert "Ana Alder’s 3 ropes" in reader.text(f"ropes/?person={people['Ana Alder']}")
    reader.html("ropes/?person=999999", 404)
    reader.html("ropes/?team=x", 404)


def test_who_sees_totals_only_reads_no_name(northlight: Seeded) -> None:
    html = Reader(northlight, "Adam Adviser").html("ropes/")
    assert "cable" in html
    assert not [name for names in seeding.TEAMS.values() for name in names if name in html]


def test_a_rope_shows_seven_steps_with_evidence_and_one_next_action(northlight: Seeded) -> None:
    found = rope_map(viewer_of(northlight, "Kay Lindqvist"), northlight.on)  # type: ignore[arg-type]
    waiting = next(
        rope
        for bay in found.bays
        for rope in bay.ropes
        if rope.is_overdue and rope.rope.tag and rope.rope.tag.name == "reviewed" and rope.debtors
    )
    manager = next(name for name, one in northlight.people.items() if one in waiting.debtors)
    path = f"ropes/{waiting.initiative_key}/{waiting.person_id}/"
    reader = Reader(northlight, manager)
    html, said = reader.html(path), reader.text(path)
    for step in ("Defined", "Told", "Understood", "Planned", "Doing", "Reviewed", "Moving"):
        assert step in said
    assert "Announcement sent by Kay Lindqvist on 6 January" in said
    assert "“I bring a colleague along.”" in said
    assert f"{manager} owes this since" in said
    assert len(re.findall(r'class="button"', html)) == 1
    assert re.search(
        rf'class="button" href="/c/northlight/people/{waiting.person_id}/(talks|reviews)/"', html
    )
    own = Reader(northlight, waiting.person).html(path)
    assert 'class="button"' not in own


def test_an_executive_sees_how_far_a_rope_reaches_and_no_figure_talk_or_own_words(northlight: Seeded) -> None:
    ana = northlight.people["Ana Alder"]
    said = Reader(northlight, "Ines Ode").text(f"ropes/close-rate/{ana}/")
    assert "Planned" in said
    assert "I bring a colleague along" not in said
    assert "Expected today" not in said
    assert "of what we agreed" not in said
    assert "talked about" not in said


def test_the_sums_under_a_figures_rows_are_the_figure(northlight: Seeded) -> None:
    reader, ana = Reader(northlight, "Ana Alder"), northlight.people["Ana Alder"]
    for key in ("close-rate", "gtx-pro", "medical"):
        html = reader.html(f"figures/{key}/person/{ana}/")
        said = text_of(html)
        body = html.split("<tbody>")[-1].split("</tbody>")[0] if "tfoot" in html else ""
        rows = re.findall(r'<td class="number">([^<]*)</td>', body)
        wide = 4 if key == "close-rate" else 3
        counts = [float(row.replace(",", "")) for row in rows[2::wide]]
        foot = re.findall(r"<strong>([\d.,]+)</strong>", html.split("<tfoot>")[1]) if body else []
        if foot:
            assert float(foot[0].replace(",", "")) == pytest.approx(sum(counts))
        assert "Ana Alder" in said


def test_a_figure_says_how_it_is_counted_how_sure_and_from_where(northlight: Seeded) -> None:
    said = Reader(northlight, "Kay Lindqvist").text("figures/close-rate/company/0/")
    for words in ("How it is counted", "114 of 232", "95 of 100 times", "90 days", "Leaves out", "hubspot"):
        assert words in said


def test_an_executive_opens_the_companys_figure_without_the_deals(northlight: Seeded) -> None:
    html = Reader(northlight, "Ines Ode").html("figures/close-rate/company/0/")
    assert "<tfoot>" not in html
    assert "seen by whose they are" in text_of(html)


def test_a_figure_of_many_rows_comes_in_parts_and_no_further(northlight: Seeded) -> None:
    reader = Reader(northlight, "Kay Lindqvist")
    assert "101 to 200 of 232" in reader.text("figures/close-rate/company/0/?part=2")
    reader.html("figures/close-rate/company/0/?part=4", 404)
    reader.html("figures/close-rate/galaxy/0/", 404)


def test_reviews_say_of_each_quarter_whether_it_is_over_runs_or_is_to_come(northlight: Seeded) -> None:
    ana = northlight.people["Ana Alder"]
    text = Reader(northlight, "Ana Alder").text(f"people/{ana}/reviews/")
    assert "1 July – 30 September 2027 still running" in text
    assert "1 October – 31 December 2027 begins on 1 October" in text
    assert text.count("still running") == 1


def busy_rep(made: Seeded) -> str:
    """Somebody with agreed activities."""
    for names in seeding.TEAMS.values():
        for name in names:
            if homes.today(viewer_of(made, name), made.on).to_tap:  # type: ignore[arg-type]
                return name
    raise AssertionError("nobody has agreed to anything")


def test_today_shows_what_is_left_whom_what_was_promised_and_where_one_stands(northlight: Seeded) -> None:
    name = busy_rep(northlight)
    found = homes.today(viewer_of(northlight, name), northlight.on)  # type: ignore[arg-type]
    reader = Reader(northlight, name)
    html, said = reader.html("today/"), reader.text("today/")
    places = [
        said.index(words)
        for words in (
            f"{found.left} left this week",
            f"{found.quiet[0].days} days quiet",
            "Bring the clinical lead into the pilot call",
            "Where you stand",
            "Log a deal review",
        )
    ]
    assert places == sorted(places)
    assert len(re.findall(r"[^\W\d_]{2,}", said)) <= 75
    assert not re.findall(r"<script(?![^>]* src=)", html), (
        "scripts stand in files of their own, and no page needs them"
    )
    assert "@font-face" not in html
    assert len(gzip.compress(html.encode())) < 30_000


def test_deals_open_in_the_crm_where_somebody_said_where(northlight: Seeded) -> None:
    name = busy_rep(northlight)
    rep = Reader(northlight, name)
    boss = Reader(
        northlight, next(seeding.MANAGERS[team] for team, names in seeding.TEAMS.items() if name in names)
    )
    places = (
        (rep, "today/"),
        (boss, f"people/{northlight.people[name]}/talks/"),
        (rep, f"figures/gtx-pro/person/{northlight.people[name]}/"),
    )
    quiet = homes.today(viewer_of(northlight, name), northlight.on).quiet  # type: ignore[arg-type]
    for reader, path in places:
        found = re.findall(
            r'href="https://crm\.example/deals/(\w+)\?from=ropewalk" target="_blank" rel="noopener noreferrer"',
            reader.html(path),
        )
        assert found, path
        if "today" in path:
            assert set(found) <= {one.id for one in quiet}
    SourceMapping.objects.update(deal_link="")
    write(
        "said where deals open",
        thing="source:hubspot",
        actor=OPERATOR,
        at=NOW,
        company_id=northlight.company_id,
    )
    for reader, path in places:
        assert "https://crm.example" not in reader.html(path)


def test_a_tap_counts_once_and_can_be_undone(northlight: Seeded) -> None:
    reader, uuid = Reader(northlight, busy_rep(northlight)), str(uuid4())
    left = homes.today(viewer_of(northlight, reader.name), northlight.on).left  # type: ignore[arg-type]
    before = Tap.objects.count()
    said = reader.post("taps/", uuid=uuid, activity="deal review")
    assert "Logged." in said
    reader.post("taps/", uuid=uuid, activity="deal review")
    assert Tap.objects.count() == before + 1
    assert homes.today(viewer_of(northlight, reader.name), northlight.on).left in (left - 1, left)  # type: ignore[arg-type]
    assert "Taken back." in reader.post(f"taps/{uuid}/undo/")
    assert Tap.objects.get(uuid=uuid).undone_at is not None


def test_what_the_crm_counts_or_nobody_agreed_takes_no_tap(northlight: Seeded) -> None:
    reader, before = Reader(northlight, busy_rep(northlight)), Tap.objects.count()
    assert "isn’t counted by taps" in reader.post("taps/", uuid=str(uuid4()), activity="call")
    assert Tap.objects.count() == before


def test_a_promise_is_closed_by_its_person_and_leads_nowhere_else(northlight: Seeded) -> None:
    reader = Reader(northlight, busy_rep(northlight))
    one = Commitment.objects.get(person_id=northlight.people[reader.name])
    response = reader.client.post(
        f"/c/northlight/promises/{one.pk}/", {"kept": "yes", "next": "//evil.example/"}
    )
    assert response["Location"] == "/c/northlight/today/"
    one.refresh_from_db()
    assert (one.kept, one.closed_on) == (True, date(2027, 8, 17))
    assert "Bring the clinical lead" not in reader.text("today/")


def test_a_past_day_offers_nothing_to_tap(northlight: Seeded) -> None:
    html = Reader(northlight, busy_rep(northlight)).html("today/?on=2027-08-10")
    assert "<form" not in html.split("<main")[1]


def test_who_has_not_answered_yet_finds_that_first(northlight: Seeded) -> None:
    for names in seeding.TEAMS.values():
        for name in names:
            found = homes.today(viewer_of(northlight, name), northlight.on)  # type: ignore[arg-type]
            if (
                found.next_steps
                and found.next_steps[0].rope.tag
                and found.next_steps[0].rope.tag.name == "understood"
            ):
                html = Reader(northlight, name).html("today/")
                assert 'class="button" href="/c/northlight/announcement/"' in html
                return
    raise AssertionError("everybody has answered")


def test_the_team_page_names_who_needs_the_manager_and_where_it_is_done(northlight: Seeded) -> None:
    for manager in seeding.MANAGERS.values():
        found = homes.my_team(viewer_of(northlight, manager), northlight.on)  # type: ignore[arg-type]
        html = Reader(northlight, manager).html("team/")
        said = text_of(html)
        for member in found.members:
            assert member.name in said
            if any(rope.is_overdue for rope in member.waits_for_me):
                assert re.search(
                    rf'class="button small" href="/c/northlight/people/{member.person_id}/(plan|talks|reviews)/"',
                    html,
                )
        assert f"{found.headline.where_they_should_be} of {found.headline.ropes}" in said


def test_a_team_talk_is_noted_with_a_led_team_only(northlight: Seeded) -> None:
    reader = Reader(northlight, "Tom Neubert")
    team_id = homes.my_team(viewer_of(northlight, "Tom Neubert"), northlight.on).teams[0][0]  # type: ignore[arg-type]
    assert "Noted." in reader.post(f"team/{team_id}/talks/", initiative="medical", held_on="2027-08-16")
    assert Touch.objects.get().initiatives == ["medical"]
    other = homes.my_team(viewer_of(northlight, "Remy Rouche"), northlight.on).teams[0][0]  # type: ignore[arg-type]
    assert (
        reader.client.post(f"/c/northlight/team/{other}/talks/", {"initiative": "medical"}).status_code == 404
    )
    nothing = reader.client.post(f"/c/northlight/team/{team_id}/talks/", {})
    assert nothing.status_code == 422
    assert "Say which initiatives" in nothing.content.decode()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Kay Lindqvist", "overview/"),
        ("Kay Lindqvist", "ropes/"),
        ("Kay Lindqvist", "figures/gtx-pro/company/0/"),
        ("Tom Neubert", "team/"),
        ("Ana Alder", "today/"),
    ],
)
def test_each_screen_asks_the_database_a_fixed_few_times(
    northlight: Seeded, django_assert_max_num_queries: DjangoAssertNumQueries, name: str, path: str
) -> None:
    reader = Reader(northlight, name)
    with django_assert_max_num_queries(FEW_QUERIES):
        html = reader.html(path)
    assert " style=" not in html


WITH_FIGURES = (
    ("Kay Lindqvist", "overview/"),
    ("Kay Lindqvist", "ropes/"),
    ("Kay Lindqvist", "ropes/medical/{ana}/"),
    ("Kay Lindqvist", "figures/close-rate/company/0/"),
    ("Tom Neubert", "team/"),
    ("Tom Neubert", "people/{ana}/talks/"),
    ("Tom Neubert", "people/{ana}/reviews/"),
    ("Ana Alder", "people/{ana}/plan/"),
    ("Ana Alder", "today/"),
)


@pytest.mark.parametrize(("name", "path"), WITH_FIGURES)
def test_old_data_are_said_on_every_page_with_figures_and_fresh_ones_on_none(
    northlight: Seeded, name: str, path: str
) -> None:
    reader, path = Reader(northlight, name), path.format(ana=northlight.people["Ana Alder"])
    assert "What happened since isn’t counted" not in reader.text(path)
    with time_machine.travel(NOW + timedelta(60), tick=False):  # a quarter later, nothing loaded since
        reader = Reader(northlight, name)
        said = reader.text(path)
    assert "Data as of" in said
    assert "What happened since isn’t counted; an administrator can import it" in said
    assert said.count("Data as of") == 1

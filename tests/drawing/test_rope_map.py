import re
from xml.etree import ElementTree

from ropewalk.drawing.cables import cable_map, holding
from ropewalk.drawing.map_frame import GROUND, Ceiling, Picture, RopeEnd, Stander, TeamBay
from ropewalk.drawing.rope_map import PEOPLE_A_ROW, rope_map, tiers_of
from ropewalk.rules.status import Status

SVG = "{http://www.w3.org/2000/svg}"
CEILING = tuple(
    Ceiling(slot, title, f"/ropes/?initiative={slot}")
    for slot, title in ((1, "Close rate"), (2, "Medical"), (3, "GTX"))
)


def end(slot: int, reach: int, *, is_overdue: bool = True) -> RopeEnd:
    return RopeEnd(
        slot,
        reach,
        Status.BEHIND,
        f"rope {slot} reaches {reach}",
        f"/ropes/{slot}/",
        "RRRBRM"[reach - 1] if reach < GROUND else "",
        is_overdue=is_overdue,
    )


def somebody(name: str, *reaches: int) -> Stander:
    ropes = tuple(end(slot, reach) for slot, reach in enumerate(reaches, start=1))
    return Stander(name, name.split()[0], f"{name}: their ropes", f"/ropes/?person={name}", ropes)


def bay(name: str, *people: Stander) -> TeamBay:
    return TeamBay(
        name, "1 of 2", f"/ropes/?team={name}", people, tuple(rope for one in people for rope in one.ropes)
    )


def drawn(*bays: TeamBay) -> ElementTree.Element:
    return ElementTree.fromstring(rope_map(Picture("Two of six hang.", CEILING, bays)))


def with_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if name in (one.get("class") or "").split()]


TEAM = bay("Neubert", somebody("Ana Alder", 7, 6, 6), somebody("Ben Brandt", 2, 5, 7))


def test_every_loose_end_has_a_tag_and_what_is_tied_has_no_dot() -> None:
    tags = with_class(drawn(TEAM), "tag")
    assert len(tags) == 2


def test_every_tag_person_team_and_initiative_is_a_link_with_a_name() -> None:
    links = {one.get("href"): one for one in drawn(TEAM).iter(f"{SVG}a")}
    assert {
        "/ropes/1/",
        "/ropes/2/",
        "/ropes/?person=Ana Alder",
        "/ropes/?team=Neubert",
        "/ropes/?initiative=3",
    } <= set(links)
    assert links["/ropes/1/"].get("aria-label") == "rope 1 reaches 2"
    assert all(one.get("aria-label") or one.find(f"{SVG}title") is not None for one in links.values())


def test_the_number_at_each_row_is_that_of_the_tags_in_it() -> None:
    said = ["".join(one.itertext()) for one in drawn(TEAM).iter(f"{SVG}text")]
    assert "1 breaks here" in said
    assert sum(int(words.split()[0]) for words in said if "here" in words) == 2


def test_overdue_tags_are_filled_and_the_others_outlined() -> None:
    root = drawn(bay("T", Stander("A", "A", "A", "#", (end(1, 3), end(2, 3, is_overdue=False)))))
    assert [one.get("class") for one in with_class(root, "tag")] == ["tag overdue", "tag not-due"]


def test_working_is_answered_only_for_ropes_on_the_ground() -> None:
    assert len(with_class(drawn(TEAM), "shape")) == 4


def test_a_rope_on_the_ground_runs_to_the_floor_and_a_loose_one_ends_above_its_row() -> None:
    root = drawn(TEAM)
    floor = float(re.findall(r" ([\d.]+)h", with_class(root, "floor")[0].get("d") or "")[0])
    paths = [one.get("d") or "" for one in with_class(root, "rope-1") if one.get("stroke-width") == "3"]
    ends = [float(y) for y in re.findall(r"V([\d.]+)", paths[0])]
    assert ends[0] == floor
    assert ends[1] < floor / 2


def test_neighbouring_tags_never_cover_one_another() -> None:
    root = drawn(bay("T", *(somebody(f"P{at}", 3, 3, 3) for at in range(6))))
    centres = [(float(one.get("cx") or 0), float(one.get("cy") or 0)) for one in with_class(root, "tag")]
    apart = min(
        ((x - u) ** 2 + (y - v) ** 2) ** 0.5 for at, (x, y) in enumerate(centres) for u, v in centres[:at]
    )
    assert apart > 2 * 7.2


def test_the_map_is_named_by_its_sentence_and_its_links_stay_reachable() -> None:
    root = drawn(TEAM)
    assert (root.get("role"), root.get("aria-label")) == ("group", "Two of six hang.")


def rows_of(root: ElementTree.Element) -> list[list[tuple[str, int, str]]]:
    """Each row of the grid as its cells: role, column, and what they are called."""
    found = []
    for row in (one for one in root.iter() if one.get("role") == "row"):
        cells = [(one, next(one.iter(f"{SVG}a"), one)) for one in row]
        found.append(
            [
                (
                    one.get("role") or "",
                    int(one.get("aria-colindex") or 0),
                    link.get("aria-label") or "".join(link.itertext()),
                )
                for one, link in cells
            ]
        )
    return found


def test_the_map_is_a_grid_of_people_by_initiative_and_every_rope_in_it_is_a_link() -> None:
    root = drawn(TEAM, bay("Sewald", somebody("Kai Kunz", 7, 3)))
    people, close_rate, medical, gtx, teams = rows_of(root)
    assert [one[:2] for one in people] == [("columnheader", 2), ("columnheader", 3), ("columnheader", 4)]
    assert [one[:2] for one in close_rate] == [("rowheader", 1), *(("gridcell", at) for at in (2, 3, 4))]
    assert [one[2] for one in medical[1:]] == ["rope 2 reaches 6", "rope 2 reaches 5", "rope 2 reaches 3"]
    assert [one[1] for one in gtx] == [1, 2, 3], "Kai has no such rope"
    assert teams == [
        ("columnheader", 2, "Neubert: 1 of 2 ropes on the ground"),
        ("columnheader", 4, "Sewald: 1 of 2 ropes on the ground"),
    ]
    spans = [one.get("aria-colspan") for one in root.iter() if one.get("role") == "columnheader"]
    assert spans == [None, None, None, "2", None]
    grids = [one for one in root.iter() if one.get("role") == "grid"]
    assert [one.get("aria-colcount") for one in grids] == ["4"]
    cells = [one for one in root.iter() if one.get("role") == "gridcell"]
    assert all(one.find(f"{SVG}a") is not None for one in cells)


def test_each_row_of_bays_is_rows_of_the_same_grid_and_initiatives_head_the_first() -> None:
    root = drawn(bay("Huge", *(somebody(f"P{n}", 7, 2, 7) for n in range(40))))
    rows = rows_of(root)
    assert [len(row) for row in rows] == [36, 37, 37, 37, 1, 4, 4, 4, 4, 1]
    assert sum(one.get("role") == "grid" for one in root.iter()) == 1
    assert {one.get("aria-colcount") for one in root.iter()} == {None, "37"}


def test_a_bundle_is_a_cell_that_says_its_team_its_initiative_and_what_is_on_the_ground() -> None:
    ropes = [end(slot, reach) for slot in (1, 2) for reach in (2, 4, 6, 7)]
    bays = (TeamBay("Neubert", "4 of 8", "#t", (), tuple(ropes)),)
    rows = rows_of(ElementTree.fromstring(cable_map(Picture("s", CEILING, bays))))
    assert [row[0][:2] for row in rows] == [("rowheader", 1)] * 3 + [("columnheader", 2)]
    assert rows[1][1] == ("gridcell", 2, "Neubert, Medical: 2 of 4 ropes on the ground")
    assert len(rows[2]) == 1


def test_for_paper_the_links_are_left_out_and_the_drawing_stays_whole() -> None:
    still = rope_map(Picture("s", CEILING, (TEAM,)), is_still=True)
    root = ElementTree.fromstring(still)
    assert not list(root.iter(f"{SVG}a"))
    assert {one.get("role") for one in root.iter()} == {None, "group"}
    assert len(with_class(root, "tag")) == 2


def test_more_than_a_row_of_people_wraps_and_nobody_is_lost() -> None:
    bays = [bay(f"Team {at}", *(somebody(f"P{at}x{n}", 7, 7, 7) for n in range(9))) for at in range(8)]
    tiers = tiers_of(bays)
    assert len(tiers) > 1
    assert all(sum(len(one.people) for one in tier) <= PEOPLE_A_ROW for tier in tiers)
    assert [one for tier in tiers for each in tier for one in each.people] == [
        one for each in bays for one in each.people
    ]


def test_one_team_larger_than_a_row_goes_on_in_the_next() -> None:
    tiers = tiers_of([bay("Huge", *(somebody(f"P{n}", 7) for n in range(80)))])
    assert [len(tier[0].people) for tier in tiers] == [36, 36, 8]


def test_a_name_that_is_markup_stays_a_name() -> None:
    assert "<b>" not in rope_map(Picture("s", CEILING, (bay("<b>", somebody("<b>x</b> y", 2, 2, 2)),)))


def test_a_cable_thins_as_ropes_break_and_says_what_reaches_the_ground() -> None:
    ropes = [end(1, reach) for reach in (2, 4, 6, 7)]
    assert holding(ropes) == [1.0, 0.75, 0.75, 0.5, 0.5]
    root = ElementTree.fromstring(
        cable_map(Picture("s", CEILING[:1], (TeamBay("T", "2 of 4", "#t", (), tuple(ropes)),)))
    )
    assert len(with_class(root, "cable")) == 1
    assert "50 %" in ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    assert "#t" in [one.get("href") for one in root.iter(f"{SVG}a")]


def test_thousands_of_ropes_draw_as_few_marks() -> None:
    bays = tuple(
        TeamBay(f"T{at}", "x", "#", (), tuple(end(1 + n % 3, 1 + n % 7) for n in range(1000)))
        for at in range(8)
    )
    assert len(cable_map(Picture("s", CEILING, bays))) < 20_000

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ropewalk.drawing.element import Svg, element, lines_of, plain, shortened, together


@given(st.text(), st.text())
def test_whatever_is_written_the_result_is_xml_and_says_it(words: str, title: str) -> None:
    parsed = ElementTree.fromstring(element("text", f"x{words}", aria_label=title))
    assert parsed.tag == "text"
    assert len(list(parsed)) == 0


def test_markup_in_words_stays_words() -> None:
    drawn = element("text", '<script>"&"</script>', class_='a" onload="x')
    assert "<script>" not in drawn
    parsed = ElementTree.fromstring(drawn)
    assert parsed.text == '<script>"&"</script>'
    assert parsed.get("class") == 'a" onload="x'
    assert parsed.get("onload") is None


def test_control_characters_are_replaced() -> None:
    assert ElementTree.fromstring(element("text", "a\x00b\x1bc")).text == "a\ufffdb\ufffdc"


def test_elements_within_elements_are_kept_and_none_is_left_out() -> None:
    inner = element("circle", r=2.0, cx=1.005, fill=None)
    assert element("g", inner, None) == Svg('<g><circle r="2" cx="1"/></g>')
    assert together(inner, inner) == inner + inner


def test_numbers_carry_no_needless_decimals() -> None:
    assert [plain(one) for one in (1.0, 1.25, -0.001, 3, 100.0, 0.104)] == [
        "1",
        "1.25",
        "0",
        "3",
        "100",
        "0.1",
    ]


@given(st.text(alphabet="abc def", max_size=80), st.integers(3, 30))
def test_lines_never_grow_too_long_or_too_many(words: str, most: int) -> None:
    lines = lines_of(words, most)
    assert len(lines) <= 2
    assert all(len(line) <= most for line in lines)


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert shortened("Medical clients, all of them", 16) == "Medical clients…"
    assert shortened("short", 5) == "short"

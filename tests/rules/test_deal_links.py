"""Where a deal opens: what is taken as an address, and that an id leads nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from ropewalk.rules.deal_links import opened_at, trouble_of


@pytest.mark.parametrize(
    "link",
    [
        "https://crm.example/deals/{id}",
        "http://crm.internal:8443/opportunity?of={id}&view=1",
        "https://crm.example/#/deal/{id}",
    ],
)
def test_an_address_with_one_place_for_the_id_is_taken(link: str) -> None:
    assert trouble_of(link) == ""


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("javascript:alert({id})", "https://"),
        ("data:text/html,{id}", "https://"),
        ("//crm.example/{id}", "https://"),
        ("crm.example/deals/{id}", "https://"),
        ("https:///deals/{id}", "https://"),
        ("https://crm.example/deals /{id}", "https://"),
        ("https://crm.example/deals\n/{id}", "https://"),
        ("https://[crm/{id}", "no address"),
        ("https://crm.example:https/{id}", "no address"),
        ("https://{id}.crm.example/", "server"),
        ("https://crm.example@elsewhere.example/{id}", "password"),
        ("https://crm.example/deals/", "{id} once"),
        ("https://crm.example/{id}/{id}", "{id} once"),
        ("https://crm.example/{id}/{name}", "{id} once"),
        ("https://crm.example/{id}/" + "x" * 500, "longer"),
    ],
)
def test_anything_else_is_refused_with_the_way_out(link: str, word: str) -> None:
    assert word in trouble_of(link)


@pytest.mark.parametrize(
    "deal_id", ["D1", "../../admin", "1?x=2#3", "a b", "@elsewhere.example", "ü/{id}", "%2e%2e"]
)
def test_an_id_stays_one_part_of_the_address(deal_id: str) -> None:
    parts = urlsplit(opened_at("https://crm.example/deals/{id}", deal_id))
    assert (parts.hostname, parts.query, parts.fragment) == ("crm.example", "", "")
    assert parts.path.count("/") == 2


def test_without_an_address_there_is_no_link() -> None:
    assert opened_at("", "D1") == ""


@pytest.mark.parametrize("deal_id", [".", ".."])
def test_an_id_that_browsers_take_for_a_step_up_is_no_link(deal_id: str) -> None:
    assert opened_at("https://crm.example/deals/{id}", deal_id) == ""


@pytest.mark.parametrize(
    "kept", ["javascript:alert({id})", "//elsewhere.example/{id}", "https://crm.example/"]
)
def test_what_would_not_be_taken_is_no_link_either_where_it_is_kept(kept: str) -> None:
    """As in a backup that somebody wrote into."""
    assert opened_at(kept, "D1") == ""

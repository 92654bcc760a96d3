"""From the front page by links alone: nothing is dead, and nothing is out of reach."""

import pytest
from flask import Flask

from tests.client import look_at
from tests.walk import WHO, Walk

pytestmark = pytest.mark.story

# Pages no link leads to, and why.
UNLINKED = {
    "admin.debt": "the demo world has nobody who owes; the page is listed as soon as somebody does",
    "admin.refund": "no refund of the demo world came back; it is listed as soon as one does",
    "accounts.reset": "its link comes by mail and holds a secret",
    "campaigns.apply": "the form stands on the campaign; this shows what was wrong with it",
    "campaigns.invite": "the form stands on the creator; this shows what was wrong with it",
    "creators.show_roster": "the demo world brought no list along; it is listed as soon as one is",
    "disputes.answer": "the form stands on the dispute; this shows what was wrong with it",
    "disputes.rule": "the form stands on the dispute; this shows what was wrong with it",
    "home.healthz": "for machines",
    "lists.rename": "the form stands on the list; this shows what was wrong with it",
    "matches.stop_alerts": "its link comes by mail and holds a secret",
    "matches.why_not": "the form stands below the matches",
    "notices.show": "goes straight on to what it is about",
    "payments.again": "the way back from setting up payouts",
    "payments.back": "the way back from setting up payouts",
    "payments.onboarding": "goes straight on to setting up payouts",
    "payments.pay": "goes straight on to the payment page",
}
# Their buttons stand on a deal, an application or an order in one state only, and the stories that
# share this place move its clock: after them nothing may be left in that state. The stories click
# each of them.
IN_ONE_STATE = {
    *("deals.ask_change", "deals.cancel", "deals.counter", "deals.deliver", "deals.offer"),
    *("disputes.open_dispute", "disputes.add_evidence", "campaigns.decline", "shop.return_order"),
}


@pytest.mark.parametrize("who", WHO)
def test_no_link_and_no_form_leads_nowhere(walks: dict[str, Walk], who: str) -> None:
    wrong = sorted(set(walks[who].wrong))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", WHO)
def test_every_page_is_well_made(walks: dict[str, Walk], who: str) -> None:
    wrong = {page.path: found for page in walks[who].pages if (found := look_at(page.html))}
    assert wrong == {}


def test_every_page_can_be_reached_by_clicking(walks: dict[str, Walk], _app: Flask) -> None:
    reached = {page.endpoint for walk in walks.values() for page in walk.pages}
    files = {"static", "shop.picture", "disputes.picture", "creators.example_file"}
    files |= {"front.numbers_csv", "matches.receipt", "lists.show_csv", "matches.list_receipt"}
    files |= {"matches.seen_csv", "creators.export_audience", "creators.wrong_rows"}
    files |= {"books.published", "books.file_of_deal", "books.file_of_mine", "books.file_of_order"}
    files |= {"home.statement_csv", "home.transfers_csv"}
    pages = {
        rule.endpoint for rule in _app.url_map.iter_rules() if "GET" in (rule.methods or set())
    }
    missed = sorted(pages - reached - files - UNLINKED.keys() - IN_ONE_STATE)
    assert not missed, ", ".join(missed)

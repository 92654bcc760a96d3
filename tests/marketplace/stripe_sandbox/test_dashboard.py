"""A look inside: every list, every object, and the buttons under them."""

import re

import pytest
import requests

from marketplace.stripe_sandbox import Endpoint
from marketplace.stripe_sandbox.dashboard import LISTS, linked
from tests.marketplace.stripe_sandbox.conftest import Running, onboarded, paid


@pytest.fixture
def busy(tmp_path, receiver):
    """A sandbox where something of nearly everything has happened."""
    running = Running(tmp_path / "state", (Endpoint(f"{receiver.url}/hook", "whsec_x"),)).start()
    client, account = running.client(), onboarded(running)
    charge = paid(running, metadata={"note": "<b>bold</b>"}).latest_charge
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    client.v1.transfers.create(params | {"amount": 1_000})
    client.v1.refunds.create({"charge": charge.id, "amount": 500})
    paid(running, 9_000, "4000000000000259")
    yield running
    running.stop()


def press(running, name, what, **headers):
    url = f"{running.url}/dashboard/object/{name}"
    return requests.post(url, {"what": what}, headers=headers, allow_redirects=False, timeout=10)


def test_every_list_and_every_object_has_its_page(busy):
    assert "no real money" in busy.get("/").text
    for name, (title, _) in LISTS.items():
        page = busy.get(f"/dashboard/{name}")
        assert (page.status_code, title in page.text) == (200, True)
        assert "no real money" in page.text
        for target in re.findall(r'href="(/dashboard/object/[^"]+)"', page.text)[:5]:
            assert busy.get(target).status_code == 200
    for name in ("balances", "deliveries"):
        assert busy.get(f"/dashboard/{name}").status_code == 200


def test_an_object_leads_to_what_it_names_and_to_its_events(busy):
    client = busy.client()
    transfer = client.v1.transfers.list().data[0]
    page = busy.get(f"/dashboard/object/{transfer.id}").text
    for name in (transfer.source_transaction, transfer.destination, transfer.balance_transaction):
        assert f'href="/dashboard/object/{name}"' in page
    assert "transfer.created" in page


def test_nothing_anyone_typed_is_taken_for_markup(busy):
    sessions = busy.client().v1.checkout.sessions.list().data
    session = next(each for each in sessions if "note" in each.metadata.to_dict())
    page = busy.get(f"/dashboard/object/{session.id}").text
    assert "<b>bold</b>" not in page
    assert "&lt;b&gt;bold" in page
    assert "<script" not in linked({"a": "<script>"}, [])


def test_a_button_makes_it_happen_once(busy):
    client = busy.client()
    dispute = client.v1.disputes.list().data[0].id
    assert "Decide for us" in busy.get(f"/dashboard/object/{dispute}").text
    assert press(busy, dispute, "win").status_code == 303
    assert client.v1.disputes.retrieve(dispute).status == "won"
    again = press(busy, dispute, "win")
    assert (again.status_code, "closed already" in again.text) == (409, True)


def test_an_event_is_sent_again_from_its_page(busy, receiver):
    event = busy.client().v1.events.list({"type": "transfer.created"}).data[0].id
    assert press(busy, event, "resend").status_code == 303
    assert "Where it went" in busy.get(f"/dashboard/object/{event}").text


def test_another_site_presses_no_buttons(busy):
    dispute = busy.client().v1.disputes.list().data[0].id
    assert press(busy, dispute, "lose", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_clock_is_moved_by_hand(sandbox):
    before = sandbox.get("/_sandbox/clock").json()["now"]
    assert sandbox.post("/dashboard/clock", {"step": "day"}).status_code == 303
    assert sandbox.get("/_sandbox/clock").json()["now"] >= before + 86_400
    assert sandbox.post("/dashboard/clock", {"step": "back"}).status_code == 400


def test_what_is_not_there_says_so(sandbox):
    for path in ("/dashboard/unicorns", "/dashboard/object/ch_none", "/express/acct_1/x"):
        answer = sandbox.get(path)
        assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)
    assert sandbox.get("/dashboard/events?before=nonsense").status_code == 200


def test_a_long_list_goes_on_overleaf(sandbox, client):
    for _ in range(51):
        client.v1.customers.create({})
    page = sandbox.get("/dashboard/customers").text
    assert page.count("/dashboard/object/cus_") == 50
    (older,) = re.findall(r'href="(/dashboard/customers\?before=\d+)"', page)
    assert sandbox.get(older).text.count("/dashboard/object/cus_") == 1


def test_everything_there_is_can_be_opened_and_leads_on(busy):
    client = busy.client()
    client.v1.invoice_items.create(
        {"customer": client.v1.customers.create({}).id, "amount": 5, "currency": "eur"}
    )
    client.v2.core.accounts.create({"identity": {"country": "se"}})
    names = busy.app.extensions["sandbox"].store.db.execute(
        "SELECT id, object FROM objects WHERE object NOT GLOB '_*' GROUP BY object"
    )
    for name, kind in names.fetchall():
        page = busy.get(f"/dashboard/object/{name}")
        assert page.status_code == 200, kind
        for link in set(re.findall(r'href="(/dashboard/object/[^"]+)"', page.text)):
            assert busy.get(link).status_code == 200, (kind, link)
    assert busy.get("/").status_code == 200
    assert busy.get("/dashboard/events").status_code == 200

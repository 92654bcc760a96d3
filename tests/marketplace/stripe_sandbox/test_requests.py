import pytest
import requests
import stripe

from marketplace.stripe_sandbox.operations import OPERATIONS
from tests.marketplace.stripe_sandbox.conftest import NOWHERE, Running, checkout, onboarded


def code_of(error: pytest.ExceptionInfo[stripe.StripeError]) -> tuple[str | None, str | None]:
    return error.value.code, getattr(error.value, "param", None)


def test_a_request_without_a_key_is_refused(sandbox):
    assert requests.get(f"{sandbox.url}/v1/balance", timeout=5).status_code == 401


@pytest.mark.parametrize("key", ["sk_test_other", "sk_live_51abc", "nonsense"])
def test_any_key_but_its_own_is_refused(sandbox, key):
    with pytest.raises(stripe.AuthenticationError):
        sandbox.client(key).v1.balance.retrieve()


def test_a_live_key_is_told_to_go(sandbox):
    with pytest.raises(stripe.AuthenticationError, match="live key"):
        sandbox.client("sk_live_51abc").v1.balance.retrieve()


def test_payment_method_types_is_refused_as_stripe_refuses_it(client):
    with pytest.raises(stripe.InvalidRequestError) as error:
        checkout(client, payment_method_types=["card"])
    assert code_of(error) == ("parameter_unknown", "payment_method_types")


def test_a_missing_parameter_is_named(client):
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.transfers.create({"amount": 1})
    assert code_of(error) == ("parameter_missing", "currency")


def test_a_nested_missing_parameter_is_named_in_brackets(client):
    with pytest.raises(stripe.InvalidRequestError) as error:
        checkout(client, line_items=[{"price_data": {"unit_amount": 100}}])
    assert code_of(error) == ("parameter_missing", "line_items[0][price_data][currency]")


@pytest.mark.parametrize("amount", ["1.5", "", "ten", "9" * 30, "１２"])
def test_an_amount_that_is_no_whole_number_is_refused(client, amount):
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.transfers.create({"amount": amount, "currency": "eur", "destination": "x"})
    assert code_of(error) == ("parameter_invalid_integer", "amount")


def test_a_word_outside_the_enum_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="must be one of duplicate, fraudulent"):
        client.v1.refunds.create({"charge": "ch_1", "reason": "because"})


def test_a_currency_that_does_not_exist_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="Invalid currency: xxq"):
        client.v1.transfers.create({"amount": 1, "currency": "xxq", "destination": "x"})


@pytest.mark.parametrize(
    ("code", "amount", "is_right"),
    [
        ("isk", 50_000, True),
        ("isk", 50_050, False),
        ("ugx", 500_000, True),
        ("kwd", 5_001, False),
        ("kwd", 5_010, True),
        ("jpy", 501, True),
        ("jpy", 49, False),
        ("huf", 17_499, False),
        ("gbp", 30, True),
    ],
)
def test_an_amount_must_exist_in_its_currency(client, code, amount, is_right):
    params = {"amount": amount, "currency": code}
    if is_right:
        assert client.v1.payment_intents.create(params).amount == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.payment_intents.create(params)
    assert code_of(error)[1] == "amount"


def test_what_stripe_has_and_the_sandbox_lacks_is_a_501(client):
    with pytest.raises(stripe.APIError, match="has not built get /v1/coupons") as error:
        client.v1.coupons.list()
    assert error.value.http_status == 501


def test_an_unbuilt_parameter_is_a_501_and_not_ignored(client):
    with pytest.raises(stripe.APIError, match="has not built the parameter discounts") as error:
        checkout(client, discounts=[{"coupon": "c"}])
    assert error.value.http_status == 501


def test_what_stripe_does_not_have_is_a_404(client):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as error:
        client.raw_request("get", "/v1/unicorns")
    assert error.value.http_status == 404


def test_every_answer_carries_a_request_id(client):
    assert client.v1.balance.retrieve().last_response.request_id.startswith("req_")
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.charges.retrieve("ch_none")
    assert error.value.request_id.startswith("req_")


@pytest.mark.parametrize(
    "body",
    [
        b"amount[=1",
        b"amount=1&amount[a]=2",
        b"amount[a]=1&amount=2",
        b"metadata[a][b][c]=1",
        b"[]=1",
        b"%ff=%fe",
        b"expand=x",
        b"x" * 5000,
        b"&".join(b"a[b][c][d][e][f][g][h][i][j][k][l][m][n]=1" for _ in range(3)),
        b"metadata=nothing",
        b"expand[999999999999]=a&expand[1]=b",
    ],
)
def test_no_body_however_odd_is_more_than_a_mistake(sandbox, body):
    headers = {
        "Authorization": "Bearer sk_test_sandbox",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    for path in ("refunds", "accounts", "transfers", "checkout/sessions"):
        answer = requests.post(f"{sandbox.url}/v1/{path}", body, headers=headers, timeout=5)
        assert answer.status_code in (400, 501), answer.text
        assert answer.json()["error"]["message"]


def test_json_is_refused_where_a_form_belongs(sandbox):
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    url = f"{sandbox.url}/v1/refunds"
    assert requests.post(url, json={}, headers=headers, timeout=5).status_code == 400


def test_an_account_that_is_not_connected_is_refused(client):
    with pytest.raises(stripe.PermissionError):
        client.v1.balance.retrieve(None, {"stripe_account": "acct_none"})


def test_the_same_key_gives_the_same_answer_once(client):
    options = {"idempotency_key": "hold-1"}
    params = {
        "mode": "payment",
        "success_url": NOWHERE,
        "line_items": [
            {
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 500,
                    "product_data": {"name": "A mug"},
                }
            }
        ],
    }
    first = client.v1.checkout.sessions.create(params, options)
    again = client.v1.checkout.sessions.create(params, options)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(client.v1.checkout.sessions.list().data) == 1
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        client.v1.checkout.sessions.create(params | {"client_reference_id": "2"}, options)


def test_the_same_key_for_another_account_is_refused(sandbox, client):
    account = onboarded(sandbox)
    params, key = {"amount": 100, "currency": "eur"}, {"idempotency_key": "payout-1"}
    with pytest.raises(stripe.InvalidRequestError, match="insufficient funds"):
        client.v1.payouts.create(params, key)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payouts.create(params, key | {"stripe_account": account})


def test_a_refusal_is_kept_under_its_key_but_a_malformed_request_is_not(client):
    key = {"idempotency_key": "transfer-1"}
    with pytest.raises(stripe.InvalidRequestError, match="Missing"):
        client.v1.transfers.create({"amount": 1}, key)
    params = {"amount": 1, "currency": "eur", "destination": "acct_none"}
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError, match="No such destination") as error:
            client.v1.transfers.create(params, key)
        assert error.value.headers.get("Idempotent-Replayed") == replayed


def test_a_key_that_is_in_use_is_a_conflict(sandbox, client):
    with (
        sandbox.app.extensions["sandbox"].only_one("busy"),
        pytest.raises(stripe.APIError) as error,
    ):
        client.v1.accounts.create({"type": "express"}, {"idempotency_key": "busy"})
    assert error.value.http_status == 409
    assert error.value.json_body["error"]["code"] == "idempotency_key_in_use"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, stripe.APIError), (429, stripe.RateLimitError), (409, stripe.APIError)],
)
def test_a_fault_before_changes_nothing(sandbox, client, status, kind):
    sandbox.control("faults", {"match": "post /v1/accounts", "status": status})
    with pytest.raises(kind) as error:
        client.v1.accounts.create({"type": "express"})
    assert error.value.http_status == status
    assert client.v1.accounts.list().data == []
    assert client.v1.accounts.create({"type": "express"}).id


@pytest.mark.parametrize(
    "order",
    [
        [],
        {},
        {"match": "("},
        {"match": 1},
        {"match": "x", "times": 0},
        {"match": "x", "status": 200},
        {"match": "x", "when": "never"},
    ],
)
def test_an_order_for_faults_says_what_is_wrong_with_it(sandbox: Running, order):
    answer = sandbox.control("faults", order)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_body_too_large_is_refused_in_stripes_form(sandbox):
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    call = sandbox.app.test_client().post("/v1/refunds", data=b"x" * 1_100_000, headers=headers)
    assert call.status_code == 413
    assert call.get_json()["error"]["type"] == "api_error"


def test_our_own_fault_is_answered_in_stripes_form(sandbox, monkeypatch):
    monkeypatch.setitem(OPERATIONS, "get /v1/balance", lambda _: 1 // 0)
    with pytest.raises(stripe.APIError, match="server") as error:
        sandbox.client().v1.balance.retrieve()
    assert error.value.http_status == 500

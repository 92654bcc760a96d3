import pytest
from sqlalchemy import text

from marketplace.accounts import service
from models import PersonKind

PASSWORD = "four unrelated words"


@pytest.fixture
def ida(db):
    made = service.sign_up(
        db, kind=PersonKind.CREATOR, name="Ida", email="ida@example.org", password=PASSWORD
    )
    db.commit()
    return made


def tries(client, path, number, place="10.0.0.{}", **data):
    """Statuses of so many tries; `{}` in a value counts them."""
    return [
        client.post(
            path,
            data={name: value.format(n) for name, value in data.items()},
            environ_base={"REMOTE_ADDR": place.format(n)},
        ).status_code
        for n in range(1, number + 1)
    ]


def test_ten_wrong_passwords_for_one_account_are_enough(client, ida):
    wrong = {"email": "ida@example.org", "password": "wrong {}"}
    assert tries(client, "/sign-in", 12, **wrong) == [422] * 10 + [429] * 2


def test_ten_wrong_sign_ins_from_one_place_are_enough(client, ida):
    wrong = {"email": "p{}@example.org", "password": "wrong"}
    assert tries(client, "/sign-in", 11, place="10.0.0.1", **wrong) == [422] * 10 + [429]
    assert tries(client, "/sign-in", 1, place="10.0.0.2", **wrong) == [422]


def test_signing_in_rightly_costs_nothing(client, ida):
    right = {"email": "ida@example.org", "password": PASSWORD}
    for _ in range(12):
        assert tries(client, "/sign-in", 1, **right) == [303]
        client.post("/sign-out")


def test_twenty_sign_ups_an_hour_from_one_place_are_enough(client):
    assert tries(client, "/join/creator", 12, place="10.0.0.1", name="") == [422] * 12
    assert tries(client, "/join/brand", 9, place="10.0.0.1", name="") == [422] * 8 + [429]
    assert client.get("/join/brand").status_code == 200


def test_five_resets_a_day_for_one_address_are_enough(client):
    asked = {"email": "ida@example.org"}
    assert tries(client, "/forgot", 6, **asked) == [200] * 5 + [429]


def test_twenty_resets_an_hour_from_one_place_are_enough(client):
    asked = {"email": "p{}@example.org"}
    assert tries(client, "/forgot", 21, place="10.0.0.1", **asked) == [200] * 20 + [429]


def test_ten_wrong_present_passwords_are_enough(client, ida):
    client.sign_in(ida)
    wrong = {"present": "wrong", "password": "another good one"}
    got = tries(client, "/settings/password", 11, **wrong)
    assert got == [422] * 10 + [429]


def test_a_window_that_is_over_counts_no_more(client, db, ida):
    wrong = {"email": "ida@example.org", "password": "wrong {}"}
    tries(client, "/sign-in", 10, **wrong)
    db.execute(text("UPDATE rate_counters SET expires_at = now() - interval '1 second'"))
    db.commit()
    assert tries(client, "/sign-in", 1, **wrong) == [422]


def test_an_address_with_unseen_signs_in_it_is_the_same_account(client, ida):
    wrong = [f"ida{chr(n)}@example.org" for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16)]
    statuses = [
        tries(client, "/sign-in", 1, place=f"10.0.1.{n}", email=typed, password="wrong")[0]
        for n, typed in enumerate(wrong)
    ]
    assert statuses == [422] * 10 + [429] * 2

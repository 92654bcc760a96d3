"""The dispute's pages, as each of the three people sees them."""

import io

import pytest
from PIL import Image

from marketplace.disputes import service
from models import Dispute, DisputeStatus
from tests import builders
from tests.marketplace.disputes.conftest import answered, disputed, funded

GOOD = {"to_creator": "360", "to_brand": "120.00", "rules": ["D-3"], "why": "Ida met half."}


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind)
    out.seek(0)
    return out


def opening(**more):
    return {
        "reason": "part_missing",
        "statement": "The second reel is 19 seconds.",
        "asks": "240",
        "link": "",
        "note": "",
    } | more


def test_a_side_opens_a_dispute_with_a_picture(client, db, deal):
    db.commit()
    client.sign_in(deal.brand.person)
    path = f"/deals/{deal.id}/dispute"
    assert client.get(path).status_code == 200
    answer = client.post(path, data=opening(picture=(picture(), "reel.png")))
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "E2" in page.text
    assert "Picture" in page.text
    assert client.get(path).location == answer.location


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "Choose what is wrong"),
        ({"statement": " "}, "Say what happened"),
        ({"asks": "481"}, "Enter €480.00 or less"),
        ({"asks": "lots"}, "Enter an amount, like 250 or 249.50"),
        ({"link": "javascript:x"}, "Enter a link that starts with https://"),
        ({"picture": (io.BytesIO(b"not a picture"), "x.png")}, "Choose a picture file"),
        ({"picture": (io.BytesIO(b""), "x.png")}, "The file is empty"),
    ],
)
def test_a_wrong_opening_says_what_to_type_and_freezes_nothing(client, db, deal, wrong, said):
    db.commit()
    client.sign_in(deal.creator.person)
    page = client.post(f"/deals/{deal.id}/dispute", data=opening(**wrong))
    assert page.status_code == 422
    assert said in page.text
    db.refresh(deal)
    assert deal.status == "delivered"
    assert db.query(Dispute).count() == 0


def test_a_deal_without_held_money_says_why_not(client, db):
    deal = builders.deal(db, status="accepted")
    db.commit()
    client.sign_in(deal.brand.person)
    page = client.get(f"/deals/{deal.id}/dispute")
    assert page.status_code == 409
    assert "while money is held" in page.text


def test_the_other_side_answers_on_the_disputes_page(client, db, dispute):
    db.commit()
    client.sign_in(dispute.deal.creator.person)
    path = f"/disputes/{dispute.number}"
    assert "Give your side" in client.get(path).text
    wrong = client.post(f"{path}/answer", data={"answer": "", "asks": "999"})
    assert wrong.status_code == 422
    right = client.post(f"{path}/answer", data={"answer": "I offered to.", "asks": "480"})
    assert right.status_code == 303
    page = client.get(path)
    assert "I offered to." in page.text
    assert "All €480.00" in page.text


def test_the_side_that_opened_it_waits(client, db, dispute):
    db.commit()
    client.sign_in(dispute.deal.brand.person)
    page = client.get(f"/disputes/{dispute.number}")
    assert "answers next" in page.text
    assert "Accept what they ask for" not in page.text


def test_a_stranger_sees_neither_the_dispute_nor_its_evidence(client, db, dispute):
    shown = service.add_evidence(db, dispute, by=dispute.deal.brand.person, note="Look")
    stranger = builders.brand(db).person
    db.commit()
    client.sign_in(stranger)
    assert client.get(f"/disputes/{dispute.number}").status_code == 404
    assert client.get(f"/evidence/{shown.id}").status_code == 404
    assert client.post(f"/disputes/{dispute.number}/agree").status_code == 404


def test_evidence_needs_something_to_show(client, db, dispute):
    db.commit()
    client.sign_in(dispute.deal.creator.person)
    path = f"/disputes/{dispute.number}/evidence"
    page = client.post(path, data={"link": "", "note": ""})
    assert page.status_code == 422
    assert "Add a link, a picture or a few words" in page.text


def test_a_picture_is_served_as_webp_to_the_sides_and_admins(client, db, dispute):
    admin = builders.admin(db)
    db.commit()
    client.sign_in(dispute.deal.creator.person)
    data = {"picture": (picture("JPEG"), "../../reel.jpg")}
    assert client.post(f"/disputes/{dispute.number}/evidence", data=data).status_code == 303
    db.expire_all()
    path = f"/evidence/{dispute.evidence[0].id}"
    client.sign_in(admin)
    answer = client.get(path)
    assert answer.mimetype == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_an_admin_rules_and_both_read_why(client, db, dispute):
    answered(db, dispute)
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    path = f"/disputes/{dispute.number}"
    assert "Your ruling" in client.get(path).text
    checked = client.post(f"{path}/ruling", data=GOOD | {"do": "check"})
    assert "receives €324.00 after our fee of €36.00" in checked.text
    db.expire_all()
    assert dispute.status == DisputeStatus.ANSWERED
    assert client.post(f"{path}/ruling", data=GOOD).status_code == 303
    client.sign_in(dispute.deal.creator.person)
    page = client.get(path)
    assert "Ida met half." in page.text
    assert "€324.00" in page.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to_creator": "300"}, "Add €60.00 to make €480.00"),
        ({"to_creator": "400"}, "Take off €40.00 to make €480.00"),
        ({"to_brand": ""}, "Enter how much the brand gets back"),
        ({"rules": []}, "Choose at least one rule you rely on"),
        ({"rules": ["D-99"]}, "Choose one of the options"),
        ({"why": ""}, "Say why, for both sides to read"),
    ],
)
def test_a_ruling_that_does_not_hold_says_what_to_mend(client, db, dispute, wrong, said):
    answered(db, dispute)
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    page = client.post(f"/disputes/{dispute.number}/ruling", data=GOOD | wrong)
    assert page.status_code == 422
    assert said in page.text
    db.expire_all()
    assert dispute.status == DisputeStatus.ANSWERED


def test_an_admin_waits_while_the_other_side_has_time(client, db, dispute):
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    assert "Nothing to do yet" in client.get(f"/disputes/{dispute.number}").text
    assert client.post(f"/disputes/{dispute.number}/ruling", data=GOOD).status_code == 409


def test_an_admin_is_not_shown_how_many_follow(client, db, dispute):
    builders.account(db, dispute.deal.creator, followers=87_654)
    answered(db, dispute)
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    page = client.get(f"/disputes/{dispute.number}").text
    assert "87,654" not in page
    assert "87654" not in page


def test_rulings_are_published_without_names(client, db, dispute):
    answered(db, dispute)
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    why = "Ida Bergström was late; IDA said so. Fjällhem agreed."
    client.post(f"/disputes/{dispute.number}/ruling", data=GOOD | {"why": why})
    page = client.get("/rulings").text
    assert "the creator was late; the creator said so. the brand agreed." in page
    assert "Bergström" not in page
    assert "Fjällhem" not in page


def test_what_two_sides_agreed_on_is_not_published(client, db, dispute):
    service.agree(db, dispute, by=dispute.deal.creator.person)
    db.commit()
    assert "No ruling yet" in client.get("/rulings").text


def test_anyone_reads_the_rules(client):
    page = client.get("/rules").text
    assert "D-1" in page
    assert "D-8" in page


def test_the_desk_takes_few_queries(client, db, deal):
    for _ in range(3):
        other = funded(db)
        done = answered(db, disputed(db, other))
        from tests.marketplace.disputes.test_service import rule

        rule(db, done, 24_000, builders.admin(db))
    dispute = answered(db, disputed(db, deal))
    for number in range(6):
        service.add_evidence(db, dispute, by=deal.brand.person, note=f"Look {number}")
    db.commit()
    client.sign_in(deal.brand.person)
    from sqlalchemy import event

    seen = []
    engine = client.application.extensions["engine"]

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(f"/disputes/{dispute.number}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) <= 12, seen


def test_the_deal_asks_for_a_side_only_from_whom_has_not_given_it(client, db, dispute):
    deal = dispute.deal
    db.commit()
    client.sign_in(deal.creator.person)
    assert "opened a dispute. Give your side" in client.get(f"/deals/{deal.id}").text
    assert "1 deal needs you" in client.get("/deals").text
    client.sign_in(deal.brand.person)
    assert (
        "The money is frozen until the dispute is settled" in client.get(f"/deals/{deal.id}").text
    )
    assert "No deal needs you now" in client.get("/deals").text


def test_a_settled_deal_shows_the_parts_that_were_ruled(client, db, dispute):
    deal = dispute.deal
    service.agree(db, answered(db, dispute, asks=36_000), by=deal.brand.person)
    db.commit()
    client.sign_in(deal.brand.person)
    page = client.get(f"/deals/{deal.id}").text
    assert "<dt>Our fee, 10%</dt><dd>€36.00</dd>" in page
    assert "<dt>Back to Fjällhem</dt><dd>€120.00</dd>" in page
    assert "receives</dt><dd>€324.00</dd>" in page
    assert "€432.00" not in page


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"to_creator": "300", "to_brand": "100"},
            "The two parts make €400.00. Add €80.00 to make €480.00",
        ),
        ({"to_creator": "360", "to_brand": "120"}, "75% and 25%. Together they make €480.00."),
    ],
)
def test_the_sums_are_checked_before_the_reasons_are_written(client, db, dispute, parts, said):
    answered(db, dispute)
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    page = client.post(f"/disputes/{dispute.number}/ruling", data=parts | {"do": "check"}).text
    assert said in page
    assert "Choose at least one rule" not in page

"""What people see while a bank decides, and where they are paid."""

from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days, now
from models import AccountStatus, DealStatus, Payout, PayoutAccount, PayoutStatus
from tests import builders
from tests.client import LookingClient


def test_a_frozen_deal_says_so_to_both_sides(client: LookingClient, db: Session) -> None:
    deal = builders.deal(db, status=DealStatus.FUNDED, frozen_at=now(), hold_until=in_days(80))
    db.commit()
    for person in (deal.brand.person, deal.creator.person):
        text = client.sign_in(person).get(f"/deals/{deal.id}").text
        assert "bank disputes the payment" in text
        assert "We may hold it until" in text


def test_a_creator_reads_what_stripe_asks_and_what_their_bank_sent_back(
    client: LookingClient, db: Session
) -> None:
    creator = builders.creator(db)
    account = PayoutAccount(person_id=creator.person_id, country="SE", stripe_id="acct_1")
    account.status, account.details_submitted = AccountStatus.CREATED, True
    account.currently_due, account.due_by = ["individual.dob.day"], in_days(9)
    builders.add(db, account)
    back = Payout(account_id=account.id, stripe_id="po_1", currency="eur", arrives_at=now())
    back.amount_minor, back.status, back.failure_code = 9_900, PayoutStatus.FAILED, "no_account"
    builders.add(db, back)
    db.commit()
    text = client.sign_in(creator.person).get("/payouts").text
    assert "Your date of birth" in text
    assert "Give it by" in text
    assert "Your bank sent €99.00 back" in text
    assert "There is no such account" in text

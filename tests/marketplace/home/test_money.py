"""What a creator is told of money to come adds up to what is held."""

import re
from typing import Any

from sqlalchemy.orm import Session

from models import DealStatus
from tests import builders

_ROW = re.compile(r'data-label="Your part">€([\d,.]+)<')


def test_every_deal_that_holds_money_is_among_what_is_coming(client: Any, db: Session) -> None:
    ida = builders.creator(db)
    for status in (DealStatus.FUNDED, DealStatus.DELIVERED, DealStatus.REVISING):
        builders.deal(db, to=ida, status=status)
    builders.deal(db, to=ida, status=DealStatus.DISPUTED)
    db.commit()
    client.sign_in(ida.person)
    page = client.get("/money").text
    assert "€1,728.00 is held for you" in page
    assert sum(float(one.replace(",", "")) for one in _ROW.findall(page)) == 1_728
    assert "Once the work is approved" in page
    assert "Once the dispute is settled" in page


def test_what_is_not_listed_is_one_row_more(client: Any, db: Session) -> None:
    ida = builders.creator(db)
    for _number in range(6):
        builders.deal(db, to=ida, status=DealStatus.FUNDED)
    db.commit()
    client.sign_in(ida.person)
    today = client.get("/today").text
    assert "€2,592.00" in today
    assert today.count('<span class="money">€432.00</span>') == 4
    assert '<span>Everything else</span><span class="money">€864.00</span>' in today

"""What happens next in a deal, for those who only look on."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Deal, DealStatus

_TITLES: dict[DealStatus, Any] = {
    DealStatus.OFFERED: _l("An offer waits for its answer"),
    DealStatus.ACCEPTED: _l("%(brand)s pays next"),
    DealStatus.FUNDED: _l("%(creator)s is working"),
    DealStatus.DELIVERED: _l("%(brand)s is looking at the work"),
    DealStatus.REVISING: _l("%(creator)s is changing the work"),
    DealStatus.APPROVED: _l("Approved. The money is on its way to %(creator)s"),
    DealStatus.DISPUTED: _l("The money is frozen until the dispute is settled"),
    DealStatus.SETTLING: _l("The dispute is settled. The money is on its way"),
    DealStatus.REFUNDING: _l("The money is on its way back to %(brand)s"),
}


def title(deal: Deal) -> str:
    return str(_TITLES[deal.status]) % {"brand": deal.brand.name, "creator": deal.creator.name}


def text(deal: Deal) -> str:
    if deal.due_at is None:
        return _("Nobody has to do anything.")
    return _("Only the two sides can act. If neither does by then, the rules decide.")

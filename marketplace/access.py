"""Who may do what: every rule on one page. Each takes the person (or None) and the URL's things."""

from typing import Any

from models import (
    Application,
    Brand,
    Campaign,
    CampaignStatus,
    Checkout,
    Creator,
    Deal,
    Dispute,
    Evidence,
    File,
    Invitation,
    Notice,
    Order,
    Person,
    PersonKind,
    PlatformAccount,
    Product,
    Return,
    SavedCreator,
    SavedList,
    ShelfItem,
)


def anyone(person: Person | None, **_: Any) -> bool:
    return True


def signed_in(person: Person | None, **_: Any) -> bool:
    return person is not None


def admin(person: Person | None, **_: Any) -> bool:
    return person is not None and person.kind == PersonKind.ADMIN


def brand(person: Person | None, **_: Any) -> bool:
    return person is not None and person.brand is not None


def creator(person: Person | None, **_: Any) -> bool:
    return person is not None and person.creator is not None


def earner(person: Person | None, **_: Any) -> bool:
    """Whoever can be paid through a connected account."""
    return brand(person) or creator(person)


def reader_of_notice(person: Person | None, notice: Notice, **_: Any) -> bool:
    return person is not None and person.id == notice.person_id


def _is_brand(person: Person | None, owner: Brand) -> bool:
    return person is not None and person.id == owner.person_id


def _is_creator(person: Person | None, owner: Creator) -> bool:
    return person is not None and person.id == owner.person_id


def owner_of_campaign(person: Person | None, campaign: Campaign, **_: Any) -> bool:
    return _is_brand(person, campaign.brand)


def reader_of_campaign(person: Person | None, campaign: Campaign, **_: Any) -> bool:
    """A draft is its brand's alone; what was published stays readable."""
    return campaign.status != CampaignStatus.DRAFT or owner_of_campaign(person, campaign)


def creator_for_campaign(person: Person | None, campaign: Campaign, **_: Any) -> bool:
    return creator(person) and reader_of_campaign(person, campaign)


def reader_of_match(person: Person | None, campaign: Campaign, creator: Creator, **_: Any) -> bool:
    """Why somebody fits is read by whoever asks, and by them."""
    if owner_of_campaign(person, campaign):
        return True
    return _is_creator(person, creator) and reader_of_campaign(person, campaign)


def owner_of_list(person: Person | None, savedlist: SavedList, **_: Any) -> bool:
    return _is_brand(person, savedlist.brand)


def owner_of_saved(person: Person | None, savedcreator: SavedCreator, **_: Any) -> bool:
    return owner_of_list(person, savedcreator.list)


def invited(person: Person | None, invitation: Invitation, **_: Any) -> bool:
    return _is_creator(person, invitation.creator)


def applicant(person: Person | None, application: Application, **_: Any) -> bool:
    return _is_creator(person, application.creator)


def chooser_of_application(person: Person | None, application: Application, **_: Any) -> bool:
    return _is_brand(person, application.campaign.brand)


def brand_of_deal(person: Person | None, deal: Deal, **_: Any) -> bool:
    return _is_brand(person, deal.brand)


def creator_of_deal(person: Person | None, deal: Deal, **_: Any) -> bool:
    return _is_creator(person, deal.creator)


def party_to(person: Person | None, deal: Deal, **_: Any) -> bool:
    return brand_of_deal(person, deal) or creator_of_deal(person, deal)


def party_or_admin(person: Person | None, deal: Deal, **_: Any) -> bool:
    return party_to(person, deal) or admin(person)


def party_to_dispute(person: Person | None, dispute: Dispute, **_: Any) -> bool:
    return party_to(person, dispute.deal)


def reader_of_dispute(person: Person | None, dispute: Dispute, **_: Any) -> bool:
    return party_to_dispute(person, dispute) or admin(person)


def reader_of_evidence(person: Person | None, evidence: Evidence, **_: Any) -> bool:
    return reader_of_dispute(person, evidence.dispute)


def owner_of_account(person: Person | None, platformaccount: PlatformAccount, **_: Any) -> bool:
    return _is_creator(person, platformaccount.creator)


def owner_of_product(person: Person | None, product: Product, **_: Any) -> bool:
    return _is_brand(person, product.brand)


def owner_of_item(person: Person | None, shelfitem: ShelfItem, **_: Any) -> bool:
    return _is_creator(person, shelfitem.creator)


def seller_of_order(person: Person | None, order: Order, **_: Any) -> bool:
    return _is_brand(person, order.brand)


def reader_of_sale(person: Person | None, order: Order, **_: Any) -> bool:
    return seller_of_order(person, order) or admin(person)


def reader_of_receipt(person: Person | None, order: Order, **_: Any) -> bool:
    """Whoever earns from an order sees how its money was divided; shoppers have their code."""
    return reader_of_sale(person, order) or _is_creator(person, order.creator)


def seller_of_return(person: Person | None, made: Return, **_: Any) -> bool:
    return _is_brand(person, made.order.brand)


def payer(person: Person | None, checkout: Checkout, **_: Any) -> bool:
    """Shoppers need no account; the page of a deal is for who is signed in."""
    return checkout.purpose == "order" or person is not None


def public_file(person: Person | None, file: File, **_: Any) -> bool:
    return file.is_public

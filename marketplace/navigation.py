"""What stands around every page: the menu of whoever is looking, the footer, the demo strip."""

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace.kit import i18n
from marketplace.kit.clock import now
from marketplace.kit.logs import request_id
from models import Campaign, Money, PersonKind, Theme

# (endpoint, label, what else it is lit for: beginnings of endpoints)
Menu = tuple[tuple[str, Any, tuple[str, ...]], ...]

_DEALS = ("deals.index", _l("Deals"), ("deals.", "disputes."))
_MONEY = ("home.money", _l("Money"), ("payments.",))
MENUS: dict[PersonKind | None, Menu] = {
    PersonKind.BRAND: (
        ("campaigns.index", _l("Campaigns"), ("campaigns.", "matches.")),
        ("lists.index", _l("Lists"), ("lists.",)),
        _DEALS,
        ("shop.products", _l("Products"), ("shop.product", "shop.edit_product", "shop.import")),
        ("shop.orders", _l("Orders"), ("shop.show_sale",)),
        _MONEY,
    ),
    PersonKind.CREATOR: (
        ("matches.for_creator", _l("Find deals"), ("matches.", "campaigns.")),
        _DEALS,
        ("shop.shelf", _l("Shelf"), ("shop.edit_item", "shop.add", "shop.product_to_add")),
        ("creators.audience", _l("Audience"), ("creators.audience", "creators.import")),
        _MONEY,
    ),
    PersonKind.ADMIN: (
        ("admin.disputes", _l("Disputes"), ("disputes.",)),
        (
            "admin.money",
            _l("Money"),
            ("admin.about", "admin.account", "admin.check", "admin.journal"),
        ),
        ("admin.people", _l("People"), ("admin.person",)),
        ("admin.deals", _l("Deals"), ("deals.",)),
        ("admin.orders", _l("Orders"), ()),
        ("admin.jobs", _l("Jobs"), ("admin.event",)),
        ("admin.log", _l("Log"), ()),
    ),
    None: (
        ("front.how", _l("How it works"), ()),
        ("campaigns.browse", _l("Campaigns"), ("campaigns.", "brands.")),
        ("shop.shelves", _l("Shop"), ("shop.",)),
    ),
}

# heading → pages: (endpoint, anchor, label)
Footer = tuple[tuple[Any, tuple[tuple[str, str, Any], ...]], ...]
FOOTER: Footer = (
    (
        _l("Brands"),
        (
            ("accounts.join_as_brand", "", _l("Post a campaign")),
            ("front.how", "fees", _l("What it costs")),
            ("front.how", "money", _l("How money is held")),
        ),
    ),
    (
        _l("Creators"),
        (
            ("accounts.join_as_creator", "", _l("Join as a creator")),
            ("campaigns.browse", "", _l("Open campaigns")),
            ("front.how", "money", _l("When you are paid")),
        ),
    ),
    (
        _l("Shoppers"),
        (
            ("shop.shelves", "", _l("Browse shelves")),
            ("shop.find_order", "", _l("Find your order")),
            ("front.how", "returns", _l("Returns")),
        ),
    ),
    (
        _l("Open"),
        (
            ("front.how", "", _l("How it works")),
            ("front.how", "ranking", _l("The ranking, in full")),
            ("matches.seen", "", _l("Who gets seen")),
            ("disputes.rules", "", _l("Dispute rules")),
            ("front.numbers", "", _l("Our numbers")),
            ("books.proofs", "", _l("Proof of holdings")),
        ),
    ),
)

PROFILES = {PersonKind.BRAND: "brands.edit", PersonKind.CREATOR: "creators.profile"}


def set_up(app: Flask) -> None:
    app.context_processor(_surroundings)
    app.jinja_env.globals.update(
        price_range=price_range,
        config_=app.extensions["config"],
        currency_sign=i18n.currency_sign(app.extensions["config"].currency),
    )


def _surroundings() -> dict[str, Any]:
    person = current_user if current_user and current_user.is_authenticated else None
    config = current_app.extensions["config"]
    return {
        "person": person,
        "navigation": _menu(person.kind if person else None),
        "links": _links(person),
        # Who has signed in knows their way; what is the same for everybody stays in reach.
        "footer": _footer(FOOTER[-1:] if person else FOOTER),
        "sandbox": config.is_demo,
        "clock_words": _("It is %(day)s.", day=i18n.weekday(now())) if config.is_demo else None,
        "theme": person.theme.value if person and person.theme != Theme.AUTO else None,
        "locale": "en",
        "request_id": request_id.get(),
    }


def _menu(kind: PersonKind | None) -> list[tuple[str, Any, bool]]:
    here = request.endpoint or ""
    return [
        (url_for(endpoint), label, here == endpoint or here.startswith(also))
        for endpoint, label, also in MENUS[kind]
    ]


def _links(person: Any) -> dict[str, str]:
    config = current_app.extensions["config"]
    demo = {"clock": url_for("admin.advance_clock")} if config.is_demo else {}
    if config.is_demo and not config.smtp_url:
        demo["mailbox"] = url_for("notices.mailbox")
    if person is None:
        return demo | {
            "front": url_for("front.index"),
            "sign_in": url_for("accounts.sign_in"),
            "sign_up": url_for("accounts.join"),
        }
    front = "admin.index" if person.kind == PersonKind.ADMIN else "home.today"
    profile = PROFILES.get(person.kind)
    return (demo | {"profile": url_for(profile)} if profile else demo) | {
        "front": url_for(front),
        "settings": url_for("accounts.settings"),
        "sign_out": url_for("accounts.sign_out"),
        "notices": url_for("notices.index"),
    }


def _footer(parts: Footer) -> list[tuple[Any, list[tuple[str, Any]]]]:
    return [
        (heading, [(url_for(e, _anchor=anchor or None), label) for e, anchor, label in pages])
        for heading, pages in parts
    ]


def price_range(campaign: Campaign) -> str:
    """€300–€600, and the commission, as a campaign offers them."""
    parts = []
    low, high = campaign.price_min, campaign.price_max
    if high is not None:
        both = low is not None and low != high
        parts.append(f"{_whole(low)}–{_whole(high)}" if both and low else _whole(high))
    if campaign.commission_bps:
        parts.append(_("%(rate)s commission", rate=i18n.bps(campaign.commission_bps)))
    return _(" and ").join(parts)


def _whole(amount: Money) -> str:
    return i18n.money(amount, whole=True)

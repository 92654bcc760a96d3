"""What a mail about deals that fit says, and how often one comes."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.kit import mail
from marketplace.kit.i18n import day, number
from models import Alert, AlertPace, Person

PACES: dict[AlertPace, tuple[Any, Any]] = {
    AlertPace.DAILY: (
        _l("Once a day"),
        _l("One mail in the morning, on days with something new."),
    ),
    AlertPace.AT_ONCE: (_l("At once"), _l("A mail for each, minutes after it is published.")),
    AlertPace.HERE: (_l("Only here"), _l("On your notices page, and by no mail.")),
    AlertPace.OFF: (_l("Not at all"), _l("You still find them under Find deals.")),
}
_OFTEN: dict[AlertPace, Any] = {
    AlertPace.DAILY: _l("You get this at most once a day, when a new deal fits you."),
    AlertPace.AT_ONCE: _l("You get this when a new deal fits you."),
}


def letter(
    person: Person, alerts: Sequence[Alert], *, pace: AlertPace, stop: str
) -> tuple[str, str]:
    """Subject and text of one mail about these, in the language of whoever gets it."""
    from . import campaign_line

    with force_locale(person.locale):
        first = alerts[0].campaign
        subject = _("A new deal fits you: “%(title)s”", title=first.title)
        if len(alerts) > 1:
            subject = ngettext(
                "%(n)s new deal fits you", "%(n)s new deals fit you", len(alerts), n=len(alerts)
            )
        parts = [
            _(
                "%(title)s, by %(brand)s\n%(pay)s\nFit %(fit)s of 100 · apply by %(day)s\n%(link)s",
                title=one.campaign.title,
                brand=one.campaign.brand.name,
                pay=campaign_line(one.campaign),
                fit=number(one.fit),
                day=day(one.campaign.apply_by) if one.campaign.apply_by else "",
                link=mail.link(f"/campaigns/{one.campaign.slug}"),
            )
            for one in alerts
        ]
        ending = _(
            "%(often)s How often, and from which fit on: %(settings)s\n"
            "No more mails about deals: %(stop)s",
            often=_OFTEN[pace],
            settings=mail.link("/deals-that-fit/alerts"),
            stop=stop,
        )
    body = "\n\n".join(parts)
    return subject, f"{body}\n\n-- \n{ending}\n"

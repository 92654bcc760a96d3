"""Why somebody fits, in words: a label a component, a bar each, and one plain sentence."""

from collections.abc import Callable, Iterable
from math import exp
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.kit import labels
from marketplace.kit.i18n import bps, money, number, percent
from marketplace.matches.queries import Ask, Dealing, Fit, Lack
from marketplace.matches.queries.reading import Account, Listed
from matching import Component, Match
from models import Campaign
from models.taxonomy import AGES, GENDERS

from . import alike as alike
from . import beside as beside
from . import filters as filters
from . import seen as seen
from . import why_not as why_not

LABELS: dict[str, Any] = {
    "country": _l("Place"),
    "age_gender": _l("Age and gender"),
    "age": _l("Age"),
    "gender": _l("Gender"),
    "interest": _l("Interests"),
    "language": _l("Language"),
    "city": _l("City"),
    "topic": _l("Topics"),
    "value": _l("Value for the price"),
    "eng": _l("No price named"),
    "auth": _l("Real audience"),
    "rel": _l("Deals kept"),
    "perf": _l("Sales"),
}
# What the small print says of a component that isn't about the audience.
NOTES: dict[str, Any] = {
    "topic": _l("How much of what they publish is about it"),
    "value": _l("Engagement for the price, against the best here"),
    "eng": _l("Counted as the middle of those who name one"),
    "auth": _l("Real accounts and comments, where somebody looked"),
    "rel": _l("Deals that ended well, nine of ten to begin with"),
    "perf": _l("Not counted yet: the same for everybody"),
}
# The order of the bars on a card; the rest stands in the table.
BARS = ("country", "age_gender", "interest", "language", "topic", "value", "eng")
DEALINGS: dict[tuple[str, str], Any] = {
    ("invitation", "sent"): _l("Invited"),
    ("invitation", "declined"): _l("Said no"),
    ("application", "sent"): _l("Has applied"),
    ("application", "offered"): _l("Has an offer"),
}
OWN_DEALINGS: dict[tuple[str, str], Any] = {
    ("invitation", "sent"): _l("You are invited"),
    ("invitation", "declined"): _l("You said no"),
    ("application", "sent"): _l("You have applied"),
    ("application", "offered"): _l("You have an offer"),
}


def bars(match: Match) -> list[dict[str, Any]]:
    """Rows for the drawing: the audience first, each with what it adds and how sure it is."""
    known = {component.key: component for component in match.components}
    return [_bar(known[key]) for key in BARS if key in known]


def _bar(component: Component) -> dict[str, Any]:
    row: dict[str, Any] = {"label": LABELS[component.key], "note": points(component)}
    if component.too_few:
        usual = _("Too few to say, so counted as what is usual")
        return row | {"percent": None, "text": "–", "note": usual}
    row |= {"percent": 100 * component.value, "text": percent(component.value)}
    if component.low is None or component.high is None:
        return row
    row |= {"low": 100 * component.low, "high": 100 * component.high}
    row["note"] = _("%(points)s · %(sample)s", points=points(component), sample=sample(component))
    return row


def points(component: Component) -> str:
    """+7 points: how far this alone moves the score from where the middle of the pool is."""
    whole = abs(round(component.points))
    return ngettext("%(points)s point", "%(points)s points", whole, points=signed(component))


def signed(component: Component | float) -> str:
    whole = round(component if isinstance(component, float) else component.points)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return f"{sign}{number(abs(whole))}"


def middle(match: Match) -> str:
    """What the table adds up to: from the fit of the middle to this one, point by point."""
    together = sum(component.points for component in match.components)
    return _(
        "In the middle of every part, fit would be %(middle)s. %(points)s points, each about one"
        " percent on top of the last, make it %(fit)s.",
        middle=number(round(match.score / exp(together / 100))),
        points=signed(float(sum(round(component.points) for component in match.components))),
        fit=number(round(match.score)),
    )


def over(fit: Fit) -> str:
    """That a creator's prices come to more than the campaign pays, if they do."""
    most = fit.campaign.price_max
    if most is None or fit.price is None or fit.price <= most:
        return ""
    return _("more than your %(most)s", most=money(most, whole=True))


def sample(component: Component) -> str:
    """n 1,000, 71–73%."""
    n = number(round(component.n or 0))
    return _("n %(n)s, %(range)s", n=n, range=span(component))


def span(component: Component) -> str:
    if component.low is None or component.high is None:
        return ""
    low, high = percent(component.low), percent(component.high)
    return low if low == high else _("%(low)s–%(high)s", low=low.removesuffix("%"), high=high)


def sentence(fit: Fit, *, is_own: bool = False) -> str:
    """The one plain reason, with what is usual where there is something to compare."""
    said, usual = fact(fit, is_own=is_own), compared(fit)
    if not usual:
        return _("%(said)s.", said=said)
    return _("%(said)s (%(usual)s).", said=said, usual=usual)


def fact(fit: Fit, *, is_own: bool = False) -> str:
    """The reason, without its stop. `is_own` speaks to the creator, else it is about them."""
    match = fit.match
    if match is None:
        return lacking(fit, is_own=is_own)[0]
    best = _strongest(match)
    if best is not None:
        return _share(fit, best, is_own)
    audience = [component.n for component in match.components if component.n is not None]
    if audience:
        return _unmeasured(fit, max(audience), is_own)
    return _without_audience(fit, match, is_own)


def compared(fit: Fit) -> str:
    """What is usual, beside the strongest share."""
    best = _strongest(fit.match) if fit.match else None
    if best is None or fit.pool < 2:
        return ""
    return _("half of all creators here have %(usual)s or more", usual=percent(best.pool_median))


def _strongest(match: Match) -> Component | None:
    """The measured share that adds most; none where too few were asked."""
    measured = [one for one in match.components if one.share is not None and not one.too_few]
    return max(measured, key=lambda one: (one.points, one.value), default=None)


# Dimension → what is said to the creator, and about them.
_SHARES: dict[str, tuple[Any, Any]] = {
    "country": (
        _l("%(share)s of your audience lives in %(what)s"),
        _l("%(share)s of %(name)s’s audience lives in %(what)s"),
    ),
    "age_gender": (
        _l("%(share)s of your audience are %(what)s"),
        _l("%(share)s of %(name)s’s audience are %(what)s"),
    ),
    "language": (
        _l("%(share)s of your audience speaks %(what)s"),
        _l("%(share)s of %(name)s’s audience speaks %(what)s"),
    ),
    "interest": (
        _l("%(share)s of your audience’s interest is in %(what)s"),
        _l("%(share)s of the interest of %(name)s’s audience is in %(what)s"),
    ),
}


def _share(fit: Fit, component: Component, is_own: bool) -> str:
    own, about = _SHARES[component.key]
    said = str(own if is_own else about)
    what = wanted(fit.ask, component.key)
    said %= {"share": percent(component.share or 0), "name": fit.creator.name, "what": what}
    target = next(t for t in fit.ask.brief.targets if t.dimension == component.key)
    if len(set(target.wanted.values())) > 1:
        return _("%(said)s, each counted by its weight", said=said)
    return said


def _unmeasured(fit: Fit, n: float, is_own: bool) -> str:
    name = fit.creator.name
    if n < 1:
        if is_own:
            return _("No audience is imported for you yet: it counts as what is usual here")
        return _("%(name)s has imported no audience yet: it counts as what is usual", name=name)
    people = number(round(n))
    if is_own:
        return _("What is known of your audience counts as %(n)s people: too few to say", n=people)
    return _(
        "What is known of %(name)s’s audience counts as %(n)s people: too few to say",
        name=name,
        n=people,
    )


def _without_audience(fit: Fit, match: Match, is_own: bool) -> str:
    name = fit.creator.name
    value = match.component("value")
    if value is not None and value.points > 0:
        if is_own:
            return _("You bring more engagement for the price than most here")
        return _("%(name)s brings more engagement for the price than most here", name=name)
    if is_own:
        return _("You meet every condition; the campaign names no audience")
    return _("%(name)s meets every condition; you name no audience to compare", name=name)


def wanted(ask: Ask, dimension: str) -> str:
    """Who a campaign looks for in one dimension: "Sweden or Norway", "women 25–44"."""
    codes = next(list(t.wanted) for t in ask.brief.targets if t.dimension == dimension)
    if dimension == "age_gender":
        return people(codes)
    name: Callable[[str], str] = (
        _interest if dimension == "interest" else getattr(labels, dimension)
    )
    return _any(name(code) for code in codes)


def _interest(code: str) -> str:
    """As it stands inside a sentence."""
    name = labels.interest(code)
    return name[:1].lower() + name[1:]


def people(codes: Iterable[str]) -> str:
    """Cells of the joint table, put together again: "women 25–44 or men 25–34"."""
    by_gender: dict[str, list[str]] = {}
    for code in codes:
        years, _colon, gender = code.partition(":")
        by_gender.setdefault(gender, []).append(years)
    spans = {gender: _spans(years) for gender, years in by_gender.items()}
    if len(spans) == len(GENDERS) and len(set(spans.values())) == 1:
        return _("%(years)s years old", years=next(iter(spans.values())))
    said = {
        "female": _l("women %(years)s"),
        "male": _l("men %(years)s"),
        "other": _l("others %(years)s"),
    }
    ordered = [gender for gender in GENDERS if gender in spans]
    return _any(str(said[gender]) % {"years": spans[gender]} for gender in ordered)


def _spans(years: Iterable[str]) -> str:
    """Neighbouring bands as one: 25-34 and 35-44 are 25–44."""
    places = sorted(AGES.index(band) for band in set(years))
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return _any(_run(AGES[run[0]], AGES[run[-1]]) for run in runs)


def _run(first: str, last: str) -> str:
    start = first.split("-", maxsplit=1)[0].rstrip("+")
    return f"{start}+" if last.endswith("+") else f"{start}–{last.split('-')[1]}"


def _any(names: Iterable[str], most: int = 4) -> str:
    """a, b or c; a long list ends in how many more."""
    listed = list(names)
    if len(listed) > most:
        rest = number(len(listed) - most + 1)
        listed = [*listed[: most - 1], _("%(n)s more", n=rest)]
    if len(listed) < 2:
        return "".join(listed)
    return _("%(several)s or %(last)s", several=", ".join(listed[:-1]), last=listed[-1])


def lacking(fit: Fit, *, is_own: bool = True) -> list[str]:
    """Why a creator isn't compared for a campaign, each reason a sentence without its stop."""
    return [_lack(lack, fit.ask, is_own) for lack in fit.lacks]


def _lack(lack: Lack, ask: Ask, is_own: bool) -> str:
    match lack:
        case Lack.AWAY:
            said = (_("Your profile says that you take no new work"), _("Takes no new work now"))
        case Lack.ACCOUNT:
            said = (_("Your profile names no account to publish on"), _("Names no account"))
        case Lack.PLATFORM:
            names = _any(map(labels.platform, ask.platforms))
            said = (_("Asks for an account on %(names)s", names=names),) * 2
        case Lack.COUNTRY:
            names = _any(map(labels.country, ask.countries))
            said = (_("Asks for creators in %(names)s", names=names),) * 2
        case Lack.LANGUAGE:
            names = _any(map(labels.language, ask.languages))
            said = (_("Asks for creators who publish in %(names)s", names=names),) * 2
        case Lack.SIZE:
            most = number(ask.most_followers or 0)
            said = (_("Asks for accounts with at most %(most)s followers", most=most),) * 2
        case Lack.AVOIDED:
            names = _any(map(labels.sensitive, ask.avoid))
            said = (_("Keeps away from creators who publish about %(names)s", names=names),) * 2
        case Lack.BOUND:
            said = (
                _("A deal of yours keeps this kind of work for another brand for now"),
                _("Keeps this kind of work for another brand for now"),
            )
    return said[0] if is_own else said[1]


def dealing(one: Dealing, *, is_own: bool = False) -> str:
    said = (OWN_DEALINGS if is_own else DEALINGS).get((one.kind, one.status))
    return str(said) if said else _("In a deal")


def creator_line(fit: Fit) -> str:
    """Hiking, Family life · Umeå · 8,240 followers."""
    return who_line(fit.creator, fit.account)


def who_line(creator: Listed, account: Account | None) -> str:
    parts = [", ".join(labels.interest(topic) for topic in creator.topics[:3]), creator.city]
    if account:
        count = ngettext("%(n)s follower", "%(n)s followers", account.followers, n="%(n)s")
        parts.append(count % {"n": number(account.followers)})
    return " · ".join(part for part in parts if part)


def campaign_line(campaign: Campaign) -> str:
    """€300–€600 and 12% commission · 3 reels."""
    work = [labels.deliverables(one["type"], one["count"]) for one in campaign.deliverables]
    return " · ".join(part for part in (pay(campaign), ", ".join(work)) if part)


def pay(campaign: Campaign) -> str:
    least, most, commission = campaign.price_min, campaign.price_max, campaign.commission_bps
    said = money(most, whole=True)
    if least and most and least != most:
        said = _("%(least)s to %(most)s", least=money(least, whole=True), most=said)
    if commission is None:
        return said
    rate = _("%(rate)s commission", rate=bps(commission))
    return _("%(pay)s and %(rate)s", pay=said, rate=rate) if said else rate


def sought(ask: Ask) -> str:
    """Sweden · women 25–44 · Hiking or Camping."""
    return " · ".join(wanted(ask, target.dimension) for target in ask.brief.targets)

"""What a creator could do to fit better, found by scoring them as if they had done it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, quantiles

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kit import labels
from marketplace.kit.clock import today
from marketplace.kit.i18n import number
from matching import TRUST, Cells, Profile, rank
from matching.profiles import FRESH_DAYS, MOST_N
from models import Provenance

from .asks import Ask, Lack
from .fits import Fit
from .openings import Opening, openings
from .pool import cells_of, profile_of
from .reading import Account, Listed

# As many campaigns and look-alikes as a start page can wait for.
_CAMPAIGNS = 6
_ALIKE = 40
_ENOUGH = 5

Audience = Mapping[str, Cells]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do, worth between `low` and `high` points of fit, or `opens` deals more."""

    label: str
    path: str
    low: int
    high: int
    note: str
    opens: int = 0

    @property
    def gain(self) -> str:
        """+4 to +7, or 2 deals more."""
        if self.opens:
            return ngettext("%(num)s deal more", "%(num)s deals more", self.opens)
        low, high = _signed(self.low), _signed(self.high)
        return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def what_would_raise(fits: Sequence[Fit]) -> list[Advice]:
    """What one creator could do to fit these better, the most promising first.

    Nothing that would not gain a whole point, where every condition is met already; and what
    would meet the one condition that is missing, for whoever can say so truly.
    """
    opened = [_opening(one) for one in openings(fits)]
    best = [fit for fit in fits if fit.score is not None][:_CAMPAIGNS]
    if not best:
        return opened
    tried = [_import(account, best) for account in best[0].creator.accounts]
    tried.append(_prices(best))
    found = [advice for advice in tried if advice and advice.high > 0]
    return sorted(found, key=lambda advice: -(advice.low + advice.high)) + opened


def _opening(one: Opening) -> Advice:
    deals = len(one.fits)
    if one.lack == Lack.PLATFORM:
        note = ngettext(
            "%(num)s open deal asks for one. Its audience counts as the usual until you import it.",
            "%(num)s open deals ask for one. Its audience counts as the usual until you import it.",
            deals,
        )
        label = _("On %(platform)s too? Add the account", platform=labels.platform(one.code))
        return Advice(label, "/profile/accounts/new", 0, 0, note, deals)
    fit = number(round(max(_as_met(one.fits))))
    if one.lack == Lack.AWAY:
        note = ngettext(
            "%(num)s open deal would count you in; your fit would be %(fit)s.",
            "%(num)s open deals would count you in; your best fit would be %(fit)s.",
            deals,
            fit=fit,
        )
        return Advice(_("Say that you take new work"), "/profile", 0, 0, note, deals)
    note = ngettext(
        "%(num)s open deal asks for it; your fit would be %(fit)s. Only if it is true.",
        "%(num)s open deals ask for it; your best fit would be %(fit)s. Only if it is true.",
        deals,
        fit=fit,
    )
    label = _("Do you publish in %(language)s? Say so", language=labels.language(one.code))
    return Advice(label, "/profile", 0, 0, note, deals)


def _as_met(fits: Sequence[Fit]) -> list[float]:
    """The scores they would have if every condition were met: conditions are no part of it."""
    return [_scored(fit, _present(fit))[0] for fit in fits if fit.account]


def _import(account: Account, fits: Sequence[Fit]) -> Advice | None:
    name = labels.platform(account.platform)
    path = f"/profile/accounts/{account.id}/import"
    heard = [fit for fit in fits if _would_speak(fit.creator, account, fit.ask)]
    if not heard:
        return None
    if account.taken_on is None:
        gains = _most_of(_as_others(account, heard))
        note = ngettext(
            "%(num)s open deal would read it. Eight of ten creators like you would move that far.",
            "%(num)s open deals would read it. Eight of ten creators like you would move that far.",
            len(heard),
        )
        return _advice(_("Import your %(platform)s audience", platform=name), path, gains, note)
    if account.provenance == Provenance.SELF_DECLARED:
        gains = _with(_counted(account), account, heard)
        label = _("Import a file of your %(platform)s audience", platform=name)
        return _advice(label, path, gains, _typed_note(len(heard)))
    if (today() - account.taken_on).days <= FRESH_DAYS:
        return None
    gains = _with(cells_of(account, account.taken_on), account, heard)
    note = ngettext(
        "Your file is older than 90 days and counts for less. This is with the same shares, for"
        " %(num)s open deal.",
        "Your file is older than 90 days and counts for less. This is with the same shares, for"
        " %(num)s open deals.",
        len(heard),
    )
    label = _("Import a newer file of your %(platform)s audience", platform=name)
    return _advice(label, path, gains, note)


def _with(audience: Audience, account: Account, fits: Sequence[Fit]) -> list[float]:
    """How the fits would move on average with this audience on the account."""
    scores = [_scores(fit, account, [audience]) for fit in fits]
    return [mean(after - before for before, after in scores)]


def _counted(account: Account) -> dict[str, Cells]:
    """What somebody typed, as if a platform had counted it today."""
    assert account.taken_on is not None
    typed = cells_of(account, account.taken_on)
    return {name: replace(cells, n=MOST_N, trust=TRUST["file"]) for name, cells in typed.items()}


def _typed_note(deals: int) -> str:
    return ngettext(
        "What you typed counts as few people, for nobody counted. This is if a file says the same,"
        " for %(num)s open deal.",
        "What you typed counts as few people, for nobody counted. This is if a file says the same,"
        " for %(num)s open deals.",
        deals,
    )


def _would_speak(creator: Listed, account: Account, ask: Ask) -> bool:
    """Whether a new audience of this account would be the one a campaign reads.

    Where another account has one already, only if the campaign asks for this platform.
    """
    if ask.platforms and account.platform not in ask.platforms:
        return False
    speaks = ask.account(creator)
    return speaks is None or speaks.taken_on is None or speaks.id == account.id


def _as_others(account: Account, fits: Sequence[Fit]) -> list[float]:
    """How the best fit would move with the audience of each measured creator of the same kind.

    The best and not the mean: an audience nobody knows counts as the usual one everywhere,
    and one that is known stands out somewhere.
    """
    first = fits[0]
    peers = first.among.peers(first.creator, _ALIKE)
    speak = [speaks for one in peers if (speaks := first.ask.account(one))]
    audiences = [cells for one in speak if (cells := cells_of(one, first.among.day))]
    if not audiences:
        return []
    tried = [_scores(fit, account, audiences) for fit in fits]
    present, *renewed = (max(each) for each in zip(*tried, strict=True))
    return [score - present for score in renewed]


def _scores(fit: Fit, account: Account, audiences: Sequence[Audience]) -> list[float]:
    """The present score, and that with each of these audiences on the account."""
    base = profile_of(fit.creator, account, fit.ask, fit.among.day)
    return _scored(fit, _present(fit), *(replace(base, audience=one) for one in audiences))


def _present(fit: Fit) -> Profile:
    assert fit.account is not None
    return profile_of(fit.creator, fit.account, fit.ask, fit.among.day)


def _prices(fits: Sequence[Fit]) -> Advice | None:
    """Naming what is missing, between the highest and the lowest price a campaign pays."""
    low, high, missing = [], [], set[str]()
    for fit in fits:
        campaign, present = fit.campaign, _present(fit)
        if fit.price is not None or campaign.price_max_minor is None:
            continue
        missing |= {kind for kind, _count in fit.ask.work if kind not in fit.creator.rates}
        prices = (campaign.price_max_minor, campaign.price_min_minor or campaign.price_max_minor)
        priced = [replace(present, price_minor=price) for price in prices]
        now, dear, cheap = _scored(fit, present, *priced)
        low.append(dear - now)
        high.append(cheap - now)
    if not low or not missing:
        return None
    note = ngettext(
        "%(num)s open deal names a price and can’t tell if it suits you.",
        "%(num)s open deals name a price and can’t tell if it suits you.",
        len(low),
    )
    names = ", ".join(labels.deliverable(kind) for kind in sorted(missing))
    label = _("Say what you ask for: %(work)s", work=names)
    return _advice(label, "/profile/prices", [mean(low), mean(high)], note)


def _scored(fit: Fit, *profiles: Profile) -> list[float]:
    numbered = [replace(one, id=place) for place, one in enumerate(profiles)]
    ranking = rank(fit.ask.brief, numbered, fit.among.population)
    scores = {match.id: match.score for match in ranking.matches}
    return [scores[place] for place in range(len(numbered))]


def _most_of(gains: Sequence[float]) -> list[float]:
    """What lies between the lowest and the highest tenth of them."""
    if len(gains) < 2:
        return list(gains)
    tenths = quantiles(gains, n=10, method="inclusive")
    return [tenths[0], tenths[-1]]


def _advice(label: str, path: str, gains: Sequence[float], note: str) -> Advice | None:
    if not gains:
        return None
    return Advice(label, path, round(min(gains)), round(max(gains)), note)


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "±0"

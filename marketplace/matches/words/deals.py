"""What keeps a creator from a deal, and what they could do about it, if anything."""

from flask_babel import gettext as _

from marketplace.matches.queries import Fit, Lack

from . import lacking


def reasons(fit: Fit) -> list[tuple[str, str, str]]:
    """(what is missing, what would change it, where), a row a condition; often nothing would."""
    return [(said, *_change(lack)) for said, lack in zip(lacking(fit), fit.lacks, strict=True)]


def _change(lack: Lack) -> tuple[str, str]:
    match lack:
        case Lack.AWAY:
            return _("Say that you take new work"), "/profile"
        case Lack.ACCOUNT:
            return _("Add where you publish"), "/profile/accounts/new"
        case Lack.PLATFORM:
            return _("Add the account, if you have one"), "/profile/accounts/new"
        case Lack.LANGUAGE:
            return _("Add the language, if you publish in it"), "/profile"
        case Lack.AVOIDED:
            return _("Change it, if you no longer do"), "/profile"
        case _:
            # Where somebody lives, how many follow them, what they have agreed to.
            return "", ""

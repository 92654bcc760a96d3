"""Who listens to a creator, drawn beside what a campaign looks for."""

from marketplace.creators.words import Portrait, portrait
from marketplace.kit.db import db
from marketplace.matches.queries import Fit
from marketplace.matches.queries.listeners import audience_of

from .blueprint import bp


@bp.app_template_global()
def listeners_of(fit: Fit) -> Portrait | None:
    """The charts of the account that speaks for a creator, what is looked for standing out."""
    audience = audience_of(db(), fit)
    wanted = {target.dimension: frozenset(target.wanted) for target in fit.ask.brief.targets}
    return portrait(audience, wanted) if audience else None

"""The one blueprint of this feature."""

from marketplace.kit.routing import Blueprint

bp = Blueprint("matches", __name__)

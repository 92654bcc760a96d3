"""What may be said of a brand."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from marketplace.kit import fields
from models.taxonomy import COUNTRIES


class ProfileIn(Schema):
    name = fields.text(_l("Enter the name of your brand"), most=80, name=_l("The name"))
    about = fields.text(most=2_000, name=_l("The text about you"))
    website = fields.link()
    country = fields.choice(COUNTRIES, _l("Choose the country you are in"))
    returns_address = fields.text(most=400, name=_l("The address for returns"))

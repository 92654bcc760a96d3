"""What may narrow a list of matches. It never changes anybody's place."""

from marshmallow import Schema

from marketplace.kit import fields
from models import Platform


def filters_in(currency: str) -> Schema:
    class FiltersIn(Schema):
        platform = fields.choice(Platform)
        most = fields.money(currency)
        is_new = fields.flag()

    return FiltersIn()

"""What may come in about accounts."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from marketplace.kit import fields


class SignInIn(Schema):
    email = fields.email(_l("Enter your email address"))
    password = fields.text(_l("Enter your password"))

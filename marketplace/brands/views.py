"""A brand's page as anyone sees it, and the form it is made with."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import Blueprint, me
from models import Brand

from . import queries, service
from .schemas import ProfileIn

bp = Blueprint("brands", __name__)


@bp.form("/brand", allow=access.brand)
def edit() -> ResponseReturnValue:
    brand = me().brand
    assert brand is not None
    names = ("name", "about", "website", "country", "returns_address")
    form = Form(ProfileIn(), **{name: getattr(brand, name) for name in names})
    if form.accepted():
        service.save_profile(db(), brand, **form.data, by=me())
        return go(".show", brand=brand, saying=_("Saved. This is how others see you"))
    return render_template("brands/edit.html", form=form, brand=brand), form.status


@bp.get("/brands/<brand:brand>", allow=access.anyone)
def show(brand: Brand) -> ResponseReturnValue:
    return render_template(
        "brands/show.html",
        brand=brand,
        conduct=queries.conduct(db(), brand),
        campaigns=queries.open_campaigns(db(), brand),
        products=queries.products_on_sale(db(), brand),
    )

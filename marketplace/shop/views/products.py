"""The brand's products: the list, one product, and bringing in a file."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.files import Unreadable
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import me
from marketplace.shop import service
from marketplace.shop.queries import products as queries
from marketplace.shop.schemas import ImportIn, SignedImportIn, new_product_in, product_in, shopify
from marketplace.shop.words import KINDS
from models import File, Money, Product

from . import bp, config, my_brand, page_url

# A preview travels to the page and back; a form may be two megabytes in all.
_LARGEST_PLAN = 1_000_000
_PLAN_LASTS = 3_600


@bp.get("/products", allow=access.brand)
def products() -> ResponseReturnValue:
    page = paged(db(), queries.of_brand(for_=my_brand()))
    shelves = queries.shelves_with(db(), page.rows)
    return render_template("shop/products.html", page=page, shelves=shelves, page_url=page_url)


@bp.form("/products/import", allow=access.brand)
def import_products() -> ResponseReturnValue:
    form = Form(ImportIn(), commission="12")
    if form.accepted():
        page = _preview(form)
        if page is not None:
            return page
    return render_template("shop/import.html", form=form), form.status


def _preview(form: Form) -> ResponseReturnValue | None:
    """What the file would do, or None with the reason in the form."""
    try:
        sheet = shopify.read(form.data["file"].content, config().currency)
    except shopify.Unreadable as error:
        form.refuse("file", str(error))
        return None
    bps = form.data["commission"]
    plan = _signer().dumps([str(my_brand().id), bps, shopify.pack(sheet.products)])
    if len(plan) > _LARGEST_PLAN:
        form.refuse("file", _("The file has too many products for one go. Split it in two"))
        return None
    page = render_template(
        "shop/preview.html", sheet=sheet, plan=plan, bps=bps, price=_lowest_price
    )
    return page, 422 if sheet.problems else 200


def _lowest_price(row: shopify.ProductRow) -> Money:
    return Money(min(variant.price_minor for variant in row.variants), config().currency)


@bp.post("/products/import/confirm", allow=access.brand)
def confirm_import() -> ResponseReturnValue:
    form = Form(SignedImportIn())
    plan = _read_plan(form.data["plan"]) if form.accepted() else None
    if plan is None:
        return go(".import_products", saying=_("That preview is too old. Choose the file again."))
    rows, bps = plan
    done = service.import_products(
        db(), my_brand(), rows, currency=config().currency, commission_bps=bps, by=me()
    )
    count = done.new + done.updated
    saying = ngettext("%(num)s product is in your shop", "%(num)s products are in your shop", count)
    return go(".products", saying=saying)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config().secret_key, salt="products.import")


def _read_plan(signed: str) -> tuple[list[shopify.ProductRow], int] | None:
    try:
        brand_id, bps, packed = _signer().loads(signed, max_age=_PLAN_LASTS)
    except BadData:
        return None
    return (shopify.unpack(packed), bps) if brand_id == str(my_brand().id) else None


@bp.form("/products/new", allow=access.brand)
def new_product() -> ResponseReturnValue:
    form = Form(new_product_in(config().currency), commission="12")
    if form.accepted():
        product = service.add_product(db(), my_brand(), **_fields(form), by=me())
        if _keep_picture(product, form):
            saying = _("Creators can now show %(title)s", title=product.title)
            return go(".products", saying=saying)
    page = render_template(
        "shop/product_new.html", form=form, kinds=list(KINDS.items()), currency=config().currency
    )
    return page, form.status


def _fields(form: Form) -> dict[str, Any]:
    """What was typed, by the names the service has for it."""
    data = {name: value for name, value in form.data.items() if name != "picture"}
    return data | {"commission_bps": data.pop("commission"), "kind": data.get("kind") or ""}


@bp.form("/products/<product:product>/edit", allow=access.owner_of_product)
def edit_product(product: Product) -> ResponseReturnValue:
    form = Form(product_in(product, config().currency), **_initial(product))
    if form.accepted() and _keep_picture(product, form):
        service.edit(db(), product, **_fields(form), by=me())
        return go(".products", saying=_("Saved"))
    kinds = list(KINDS.items())
    page = render_template("shop/product_edit.html", form=form, product=product, kinds=kinds)
    return page, form.status


def _initial(product: Product) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": product.title,
        "description": product.description,
        "kind": product.kind,
        "commission": f"{product.commission_bps / 100:g}",
    }
    for variant in product.sold_variants:
        values[f"price.{variant.id}"] = f"{variant.price.decimal:f}"
        values[f"stock.{variant.id}"] = "" if variant.stock is None else str(variant.stock)
    return values


def _keep_picture(product: Product, form: Form) -> bool:
    upload = form.data.get("picture")
    if upload is None:
        return True
    try:
        service.keep_product_picture(db(), product, upload.content, upload.name, by=me())
    except Unreadable as error:
        form.refuse("picture", str(error))
        return False
    return True


@bp.post("/products/<product:product>/hide", allow=access.owner_of_product)
def hide_product(product: Product) -> ResponseReturnValue:
    service.hide(db(), product, by=me())
    return go(".products", saying=_("%(title)s is hidden from shoppers", title=product.title))


@bp.post("/products/<product:product>/show", allow=access.owner_of_product)
def show_product(product: Product) -> ResponseReturnValue:
    service.show(db(), product, by=me())
    return go(".products", saying=_("Shoppers can see %(title)s again", title=product.title))


@bp.get("/pictures/<file:file>", allow=access.public_file)
def picture(file: File) -> ResponseReturnValue:
    """A picture never changes under its address, so browsers may keep it."""
    response = Response(file.content, content_type=file.content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

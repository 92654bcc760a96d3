"""Shelves: the creator's own, everybody's, and a product on one of them."""

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.limits import limiter
from marketplace.kit.pages import FEW, go, paged
from marketplace.kit.routing import me
from marketplace.shop import service
from marketplace.shop.queries import products as product_queries
from marketplace.shop.queries import shelves as queries
from marketplace.shop.queries.choice import Choice
from marketplace.shop.rules import MOST_AT_ONCE
from marketplace.shop.rules.shares import divide
from marketplace.shop.schemas import ItemIn, PurchaseIn, SearchIn
from marketplace.shop.words import KINDS
from models import Checkout, Creator, Product, Refused, ShelfItem, Variant

from . import bp, config, my_creator, page_url


@bp.get("/shelf", allow=access.creator)
def shelf() -> ResponseReturnValue:
    items = queries.items(db(), of=my_creator(), only_sold=False)
    return render_template(
        "shop/shelf_own.html",
        sections=queries.by_section(items),
        items=items,
        sold={item.id for item in queries.items(db(), of=my_creator())},
    )


@bp.get("/shelf/add", allow=access.creator)
def add_to_shelf() -> ResponseReturnValue:
    search = SearchIn()
    given = {name: value for name, value in request.args.items() if name in search.fields}
    # What can't be searched for finds everything.
    given = {name: value for name, value in given.items() if not search.validate({name: value})}
    asked = {name: value for name, value in search.load(given).items() if value}
    page = paged(db(), product_queries.to_add(for_=my_creator(), **asked))
    return render_template(
        "shop/shelf_add.html",
        page=page,
        page_url=page_url,
        form=Form(search, **asked),
        kinds=list(KINDS.items()),
        is_search=bool(asked),
    )


@bp.form("/shelf/add/<product:product>", allow=access.creator)
def product_to_add(product: Product) -> ResponseReturnValue:
    if request.method == "POST":
        item = service.add(db(), product, by=me())
        saying = _("%(title)s is on your shelf. Say why.", title=product.title)
        return go(".edit_item", shelfitem=item, saying=saying)
    if not product_queries.is_sold(db(), product):
        abort(404)
    return render_template("shop/product_to_add.html", product=product, choice=Choice(product))


@bp.form("/shelf/<shelfitem:shelfitem>", allow=access.owner_of_item)
def edit_item(shelfitem: ShelfItem) -> ResponseReturnValue:
    form = Form(
        ItemIn(),
        section=shelfitem.section,
        quote=shelfitem.quote,
        is_featured="yes" if shelfitem.is_featured else "",
    )
    if form.accepted():
        service.describe(db(), shelfitem, **form.data, by=me())
        return go(".shelf", saying=_("Saved"))
    items = queries.items(db(), of=my_creator(), only_sold=False)
    sections = [name for name, _items in queries.by_section(items) if name]
    page = render_template("shop/item_edit.html", form=form, item=shelfitem, sections=sections)
    return page, form.status


@bp.post("/shelf/<shelfitem:shelfitem>/<any(up,down):way>", allow=access.owner_of_item)
def move_item(shelfitem: ShelfItem, way: str) -> ResponseReturnValue:
    service.move(db(), shelfitem, up=way == "up", by=me())
    return go(".shelf")


@bp.post("/shelf/<shelfitem:shelfitem>/remove", allow=access.owner_of_item)
def remove_item(shelfitem: ShelfItem) -> ResponseReturnValue:
    title = shelfitem.product.title
    service.remove(db(), shelfitem, by=me())
    return go(".shelf", saying=_("%(title)s is off your shelf", title=title))


@bp.get("/shelves", allow=access.anyone)
def shelves() -> ResponseReturnValue:
    page = paged(db(), queries.creators(), size=FEW)
    found = queries.first_items_of(db(), page.rows)
    return render_template("shop/shelves.html", page=page, found=found, page_url=page_url)


@bp.get("/shelves/<creator:creator>", allow=access.anyone)
def show_shelf(creator: Creator) -> ResponseReturnValue:
    items = _open_to_all(creator)
    featured = next((item for item in items if item.is_featured), None)
    others = [item for item in items if item is not featured]
    return render_template(
        "shop/shelf.html",
        creator=creator,
        items=items,
        featured=featured,
        sections=queries.by_section(others),
    )


def _open_to_all(creator: Creator) -> list[ShelfItem]:
    """What shoppers see of a shelf; there is none of somebody whose account is closed."""
    if not queries.is_open(db(), creator):
        abort(404)
    return queries.items(db(), of=creator)


@bp.form("/shelves/<creator:creator>/<product:product>", allow=access.anyone)
# Each try keeps things from others for an hour.
@limiter.limit("60 per hour", methods=["POST"])
def product(creator: Creator, product: Product) -> ResponseReturnValue:
    item = queries.item_of(db(), creator, product)
    if item is None:
        abort(404)
    choice = Choice(product)
    form = Form(PurchaseIn(), **choice.initial())
    if form.accepted():
        checkout = _buy(item, choice, form)
        if checkout is not None:
            return redirect(f"/pay/{checkout.id}", 303)
    others = [one for one in _open_to_all(creator) if one.id != item.id]
    return _product_page(item, others, choice, form), form.status


def _buy(item: ShelfItem, choice: Choice, form: Form) -> Checkout | None:
    """Start an order, or say at the field why there is none."""
    variant = choice.find(form.data["option"])
    if variant is None or not variant.is_available:
        form.refuse(choice.groups[-1][0] if choice.groups else "form", _sold_out(variant))
        return None
    try:
        return service.start_order(
            db(), item, variant, form.data["quantity"], fee_bps=config().sale_fee_bps
        )
    except Refused as refusal:
        # Where nothing is left, the page has no field to point at.
        form.refuse("quantity" if choice.is_available else "form", refusal.why)
        return None


def _sold_out(variant: Variant | None) -> str:
    if variant is None:
        return _("There is no such combination. Choose another")
    if not variant.title:
        return _("This is sold out")
    return _("%(what)s is sold out. Choose another", what=variant.title)


def _product_page(item: ShelfItem, others: list[ShelfItem], choice: Choice, form: Form) -> str:
    price = choice.first.price if choice.has_one_price else item.product.from_price
    most = _most(choice)
    return render_template(
        "shop/product.html",
        form=form,
        item=item,
        product=item.product,
        creator=item.creator,
        choice=choice,
        price=price,
        shares=divide([(price, item.rate_bps)], config().sale_fee_bps),
        fee_bps=config().sale_fee_bps,
        others=others,
        most=most,
        quantities=[(str(count), str(count)) for count in range(1, most + 1)],
    )


def _most(choice: Choice) -> int:
    """How many at once the page offers: no more than there are of any variant."""
    stocks = [one.stock for one in choice.variants if one.is_available and one.stock is not None]
    counted = all(one.stock is not None for one in choice.variants)
    return min(MOST_AT_ONCE, max(stocks, default=1)) if counted else MOST_AT_ONCE

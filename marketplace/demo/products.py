"""Forty products, and the exports their brands' own shops would give."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as every
from random import Random

from marketplace.kit.slugs import slug_of

from .people import FJALLHEM, KAFFEKOMPIS, LINNE


@dataclass(frozen=True, slots=True)
class Goods:
    """`options`: "Colour: Moss, Chestnut; Size: 38, 39"."""

    title: str
    type: str
    price: str
    about: str
    options: str = ""

    @property
    def choices(self) -> list[tuple[str, list[str]]]:
        pairs = [part.partition(":") for part in self.options.split(";") if part]
        return [(name.strip(), [v.strip() for v in values.split(",")]) for name, _, values in pairs]


_SHOES = "Colour: Chestnut, Moss; Size: 37, 38, 39, 40, 41, 42, 43, 44"
_WEAR = "Size: S, M, L, XL"

# Brand → (the commission in percent, its products)
CATALOGUE: dict[str, tuple[int, tuple[Goods, ...]]] = {
    FJALLHEM: (
        12,
        (
            Goods("Stig hiking boots", "Boots", "149.00", "Full-grain leather, stitched, and"
                  " resoled as often as you like. They are stiff for a week.", _SHOES),
            Goods("Myr low shoes", "Boots", "119.00", "For paths that are wet more often than"
                  " not. Dry by the stove in an evening.", _SHOES),
            Goods("Merino hiking socks", "Socks", "18.00", "Knitted without a seam over the"
                  " toes. Three pairs carry a week.", "Size: 36–39, 40–43, 44–47"),
            Goods("Camp socks", "Socks", "24.00", "Thick, slow, for the evening only.",
                  "Size: 36–39, 40–43, 44–47"),
            Goods("Kåsa flask, 0.5 l", "Flask", "32.00", "Keeps tea hot until the second"
                  " summit. The lid is a cup.", "Colour: Moss, Snow"),
            Goods("Kåsa flask, 1 l", "Flask", "44.00", "For two, or for one in February.",
                  "Colour: Moss, Snow"),
            Goods("Ull beanie", "Beanie", "29.00", "One size, from one flock of sheep."
                  " Washes in cold water.", "Colour: Grey, Rust"),
            Goods("Emalj camp mug", "Mug", "16.00", "Chips, and is loved for it."),
            Goods("Hage tent for two", "Tent", "389.00", "2.1 kilos, two doors, and room to sit"
                  " up while it rains.", "Colour: Moss"),
            Goods("Lykta lantern", "Lantern", "54.00", "A warm light that doesn’t wake the"
                  " others. Forty hours a charge."),
            Goods("Filt wool blanket", "Blanket", "98.00", "Woven in Klässbol from wool that"
                  " was going to be thrown away.", "Colour: Grey, Rust"),
            Goods("Sitt sitting mat", "Mat", "14.00", "Folds to a slice of bread. The smallest"
                  " luxury we make."),
            Goods("Vide backpack, 28 l", "Backpack", "139.00", "One big pocket and one small."
                  " We tried more; nobody found anything.", "Colour: Moss, Chestnut"),
            Goods("Regn jacket", "Jacket", "219.00", "Waterproof without a thing in it that"
                  " lasts for ever.", f"Colour: Moss, Rust; {_WEAR}"),
            Goods("Tälj carving knife", "Knife", "46.00", "Birch handle, carbon steel. Teach a"
                  " child to carve a butter knife."),
            Goods("Trail oats", "Oats", "9.50", "Rolled oats, lingonberries, salt. Four"
                  " breakfasts. Add what the brook gives."),
        ),
    ),
    KAFFEKOMPIS: (
        15,
        (
            Goods("Måndag filter coffee", "Coffee", "12.50", "Cacao and plum. The one for"
                  " before anyone talks.", "Grind: Whole beans, Filter, Press"),
            Goods("Torsdag espresso", "Coffee", "13.50", "Dark honey, a little smoke, no"
                  " drama.", "Grind: Whole beans, Espresso"),
            Goods("Depå house roast, 1 kg", "Coffee", "34.00", "What we drink at the depot."
                  " For offices and large families.", "Grind: Whole beans, Filter"),
            Goods("Nattåg decaf", "Coffee", "13.50", "For the ten o’clock cup. Decaffeinated"
                  " with water.", "Grind: Whole beans, Filter"),
            Goods("Kokkaffe for the fire", "Coffee", "11.00", "Coarse, for the pot in the"
                  " coals. Let it boil up three times."),
            Goods("Farmer’s box", "Coffee", "39.00", "Three farms, three letters, three bags.",
                  "Grind: Whole beans, Filter"),
            Goods("Kvällste", "Tea", "9.50", "Rooibos, apple, heather. Nothing that keeps you"
                  " up."),
            Goods("Morgonte", "Tea", "9.50", "Assam that can take milk."),
            Goods("Grönt te, Shizuoka", "Tea", "14.00", "Spring leaves. Not with boiling water,"
                  " please."),
            Goods("Kopp mug, 25 cl", "Mug", "19.00", "Thrown by Karin in Gustavsberg. Each one"
                  " leans a little.", "Glaze: Oat, Ink, Rust"),
            Goods("Travel cup with lid", "Cup", "26.00", "Doesn’t leak on the tram. We checked"
                  " on all twelve lines.", "Colour: Ink, Oat"),
            Goods("Tasting notebook", "Notebook", "12.00", "Write down what you tasted before"
                  " somebody tells you."),
            Goods("Slow mornings", "Book", "24.00", "Twenty people, their kitchens, and the"
                  " first half hour."),
        ),
    ),
    LINNE: (
        14,
        (
            Goods("Gryning candle", "Candle", "28.00", "Rapeseed wax and bergamot. Forty-five"
                  " hours.", "Scent: Bergamot, Smoke, Plain"),
            Goods("Skymning candle, tall", "Candle", "36.00", "Three wicks for a long table.",
                  "Scent: Smoke, Plain"),
            Goods("Tallow-free kitchen soap", "Soap", "8.50", "Takes garlic off hands, and"
                  " nothing else."),
            Goods("Birch soap bar", "Soap", "9.00", "Birch tar and oats. Smells of a jetty.",
                  "Scent: Birch, Chamomile"),
            Goods("Travel soap in a tin", "Soap", "12.00", "One bar for hair, hands and"
                  " socks."),
            Goods("Linen throw", "Blanket", "89.00", "Washed four times before you get it, so"
                  " it is soft from the first evening.", "Colour: Flax, Slate, Madder"),
            Goods("Bordslampa table lamp", "Lamp", "124.00", "Linen shade on a turned ash"
                  " foot.", "Shade: Flax, Slate"),
            Goods("Everyday plate", "Plate", "22.00", "Stoneware, stacks well, forgives"
                  " dishwashers.", "Colour: Oat, Slate"),
            Goods("Letter notebook", "Notebook", "15.00", "Bound in linen offcuts. No two"
                  " backs alike."),
            Goods("Winter face serum", "Serum", "34.00", "Sea buckthorn and patience. Four"
                  " drops are enough."),
            Goods("Jar of bath oats", "Oats", "16.00", "Oats, chamomile, salt. For a bath, not"
                  " for breakfast."),
        ),
    ),
}  # fmt: skip

_OLD = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published"),
    *("Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value"),
    *("Variant SKU", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", "Variant Price", "Variant Requires Shipping", "Gift Card"),
)
_NEW = (
    *("Title", "URL handle", "Description", "Vendor", "Type", "Tags"),
    *("Published on online store", "Status", "SKU"),
    *("Option1 name", "Option1 value", "Option2 name", "Option2 value"),
    *("Price", "Inventory tracker", "Inventory quantity", "Continue selling when out of stock"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One variant, as either dialect needs it."""

    goods: Goods
    is_first: bool
    options: list[tuple[str, str]]
    stock: str
    sku: str

    @property
    def handle(self) -> str:
        return slug_of(self.goods.title, most=120)


def export(brand: str) -> bytes:
    """Kaffekompis has moved to the new dialect; the others export the old one."""
    random = Random(f"stock of {brand}")
    is_new = brand == KAFFEKOMPIS
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _NEW if is_new else _OLD, restval="")
    writer.writeheader()
    for goods in CATALOGUE[brand][1]:
        for line in _lines(goods, random):
            writer.writerow(_new(line, brand) if is_new else _old(line, brand))
    return text.getvalue().encode()


def _lines(goods: Goods, random: Random) -> Iterator[_Line]:
    """One in twelve is sold out; what has no options isn't counted half of the time."""
    choices = goods.choices
    short = "".join(letter for letter in goods.title if letter.isalpha())[:4].upper()
    for place, values in enumerate(every(*(values for _, values in choices))):
        options = [(name, value) for (name, _), value in zip(choices, values, strict=True)]
        counted = bool(choices) or random.random() < 0.5
        stock = random.choice((0, 4, 6, 8, 9, 12, 14, 18, 20, 24, 30, 36)) if place else 40
        yield _Line(
            goods=goods,
            is_first=place == 0,
            options=options or [("Title", "Default Title")],
            stock=str(stock) if counted else "",
            sku=f"{short}-{place + 1:02}",
        )


def _old(line: _Line, brand: str) -> dict[str, str]:
    row = {
        "Handle": line.handle,
        "Variant SKU": line.sku,
        "Variant Inventory Tracker": "shopify" if line.stock else "",
        "Variant Inventory Qty": line.stock,
        "Variant Inventory Policy": "deny",
        "Variant Price": line.goods.price,
        "Variant Requires Shipping": "true",
        "Gift Card": "false",
    }
    for number, (name, value) in enumerate(line.options, 1):
        row[f"Option{number} Name"] = name if line.is_first else ""
        row[f"Option{number} Value"] = value
    if line.is_first:
        row |= {
            "Title": line.goods.title,
            "Body (HTML)": f"<p>{line.goods.about}</p>",
            "Vendor": brand,
            "Type": line.goods.type,
            "Published": "TRUE",
        }
    return row


def _new(line: _Line, brand: str) -> dict[str, str]:
    row = {
        "URL handle": line.handle,
        "SKU": line.sku,
        "Price": line.goods.price,
        "Inventory tracker": "shopify" if line.stock else "",
        "Inventory quantity": line.stock,
        "Continue selling when out of stock": "FALSE",
    }
    for number, (name, value) in enumerate(line.options, 1):
        row[f"Option{number} name"] = name if line.is_first else ""
        row[f"Option{number} value"] = value
    if line.is_first:
        row |= {
            "Title": line.goods.title,
            "Description": f"<p>{line.goods.about}</p>",
            "Vendor": brand,
            "Type": line.goods.type,
            "Published on online store": "TRUE",
            "Status": "Active",
        }
    return row

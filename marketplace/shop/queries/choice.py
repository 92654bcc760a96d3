"""What a shopper can choose of a product, option by option, and which variant that is."""

from collections.abc import Mapping, Sequence

from models import Money, Product, Variant


class Choice:
    """The options of a product in a fixed order: those with the fewest values first."""

    def __init__(self, product: Product) -> None:
        self.variants: Sequence[Variant] = product.sold_variants
        values: dict[str, dict[str, bool]] = {}
        for variant in self.variants:
            for name, value in variant.options.items():
                seen = values.setdefault(name, {})
                seen[value] = seen.get(value, False) or variant.is_available
        self.names = sorted(values, key=lambda name: (len(values[name]), name))
        self._values = values

    @property
    def groups(self) -> list[tuple[str, str, list[tuple[str, Money | None, bool]]]]:
        """(field, name, [(value, price where they differ, sold out)]), as the page draws them."""
        return [
            (
                f"option.{place}",
                name,
                [
                    (value, self._price(value), not left)
                    for value, left in self._values[name].items()
                ],
            )
            for place, name in enumerate(self.names)
        ]

    @property
    def _in_order(self) -> list[tuple[str, dict[str, bool]]]:
        return [(name, self._values[name]) for name in self.names]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Each option with its values in one line."""
        return [(name, ", ".join(values)) for name, values in self._in_order]

    def _price(self, value: str) -> Money | None:
        """What a value costs, where it alone decides the price and prices differ."""
        if self.has_one_price or len(self.names) != 1:
            return None
        return next(one.price for one in self.variants if value in one.options.values())

    @property
    def first(self) -> Variant:
        """What is chosen to begin with: the first that can be had."""
        return next((one for one in self.variants if one.is_available), self.variants[0])

    @property
    def has_one_price(self) -> bool:
        return len({variant.price_minor for variant in self.variants}) == 1

    @property
    def is_available(self) -> bool:
        return any(variant.is_available for variant in self.variants)

    def initial(self) -> dict[str, str]:
        """The form's fields for what is chosen to begin with."""
        options = self.first.options
        fields = {f"option.{place}": options.get(name, "") for place, name in enumerate(self.names)}
        return fields | {"quantity": "1"}

    def find(self, picked: Mapping[str, str]) -> Variant | None:
        """The variant of these values, by the place of their option; None if there is none."""
        wanted = {
            name: picked[str(place)]
            for place, name in enumerate(self.names)
            if str(place) in picked
        }
        return next((one for one in self.variants if one.options == wanted), None)

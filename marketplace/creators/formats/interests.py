"""From the interests that others' reports name to ours. What stands in no row has none of ours."""

import re

from .codes import interest_code

#: Names as reports write them, in small letters and without signs. Several of ours share evenly.
_THEIRS: dict[str, tuple[str, ...]] = {
    "activewear": ("fitness",),
    "art design": ("art", "design"),
    "arts": ("art",),
    "arts crafts": ("art", "crafts"),
    "automotive": ("cars",),
    "autos": ("cars",),
    "baby": ("parenting",),
    "beauty": ("skincare", "makeup"),
    "beauty cosmetics": ("skincare", "makeup"),
    "beauty self care": ("skincare", "makeup"),
    "beer wine spirits": ("wine",),
    "books literature": ("books",),
    "business careers": ("finance",),
    "business finance": ("finance",),
    "camera photography": ("photography",),
    "camping hiking": ("camping", "hiking"),
    "cars motorbikes": ("cars",),
    "cinema actors actresses": ("film",),
    "clothes shoes handbags accessories": ("fashion",),
    "clothing outfits": ("fashion",),
    "coffee tea beverages": ("coffee", "tea"),
    "computers gadgets": ("tech",),
    "cooking recipes": ("cooking",),
    "diy": ("crafts", "repair"),
    "education": ("learning",),
    "electronics computers": ("tech",),
    "entertainment": ("film", "music"),
    "family": ("family",),
    "family parenting": ("family", "parenting"),
    "fashion style": ("fashion",),
    "finance economics": ("finance",),
    "fitness gym": ("fitness",),
    "fitness yoga": ("fitness", "yoga"),
    "food cooking": ("cooking",),
    "food drink": ("cooking",),
    "food": ("cooking",),
    "friends family relationships": ("family",),
    "gaming video games": ("gaming",),
    "games": ("gaming",),
    "health fitness": ("health", "fitness"),
    "health": ("health",),
    "healthcare medicine": ("health",),
    "healthy lifestyle": ("health",),
    "home decor furniture garden": ("home", "gardening"),
    "home garden": ("home", "gardening"),
    "home decor": ("home",),
    "interior": ("home", "design"),
    "interior design": ("home", "design"),
    "jewellery watches": ("jewellery",),
    "jewelry": ("jewellery",),
    "jewelry watches": ("jewellery",),
    "kids toys": ("parenting",),
    "literature journalism": ("books",),
    "makeup": ("makeup",),
    "movies": ("film",),
    "movies tv": ("film",),
    "movies shows": ("film",),
    "music dance": ("music",),
    "nature landscapes": ("outdoors",),
    "outdoor": ("outdoors",),
    "outdoor activity": ("outdoors",),
    "pet": ("pets",),
    "animals": ("pets",),
    "animals pets": ("pets",),
    "personal finance": ("finance",),
    "photo": ("photography",),
    "restaurants food grocery": ("cooking",),
    "science technology": ("science", "tech"),
    "skin care": ("skincare",),
    "soccer": ("football",),
    "surf": ("surfing",),
    "technology": ("tech",),
    "television film": ("film",),
    "toys children baby": ("parenting",),
    "travel tourism": ("travel",),
    "travel tourism aviation": ("travel",),
    "vegan": ("vegetarian",),
    "winter sports": ("winter",),
    "skiing": ("winter",),
}


def plain(text: str) -> str:
    """`Clothes, Shoes, Handbags & Accessories` without its signs and its “and”."""
    words = re.sub(r"[\W_]+", " ", text.replace("&", " ").casefold()).split()
    return " ".join(word for word in words if word not in ("and", "und", "och", "et", "y"))


def ours(text: str) -> tuple[str, ...]:
    """Our codes for one of their names; empty when we have none."""
    own = interest_code(" ".join(text.split()))
    return (own,) if own else _THEIRS.get(plain(text), ())

"""Steps of a brief as a browser posts them."""

from datetime import timedelta

from models.clock import now


def in_days(days):
    return (now().date() + timedelta(days=days)).isoformat()


PRODUCT = {"title": "Spring boots", "about": "Boots that last.", "product_text": "Hiking boots"}
AUDIENCE = {
    "age_gender": ["25-34:female", "35-44:female"],
    "country": ["SE", "NO"],
    "language": ["sv"],
    "interest.hiking": "8",
    "interest.repair": "3",
    "weights.age_gender": "5",
    "weights.country": "9",
    "required_platforms": ["instagram"],
    "most_followers": "50,000",
    "avoid": ["gambling"],
}
WORK = {
    "count.reel": "3",
    "note.reel": "One outdoors",
    "count.story": "1",
    "revisions": "1",
    "organic_days": "90",
    "ads_days": "0",
    "exclusive_days": "14",
    "disclosure": "Ad · paid partnership with Fjällhem",
}


def price(**more):
    return {
        "budget": "2,000",
        "price_min": "300",
        "price_max": "600",
        "commission": "12.5",
        "apply_by": in_days(14),
        "deliver_by": in_days(30),
    } | more

"""What a brand does to its own profile."""

from sqlalchemy.orm import Session

from models import Brand, Person


def save_profile(
    db: Session,
    brand: Brand,
    *,
    name: str,
    about: str,
    website: str,
    country: str,
    returns_address: str,
    by: Person,
) -> Brand:
    """Its address on the site stays what it was, so that links keep working."""
    assert by.id == brand.person_id
    brand.name, brand.about, brand.website = name, about, website
    brand.country, brand.returns_address = country, returns_address
    db.flush()
    return brand

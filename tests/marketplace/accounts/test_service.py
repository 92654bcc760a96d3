from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts import service
from marketplace.kit.security import token_hash
from models import Creator, Notice, PasswordReset, PersonKind, Refused, SignIn
from models.clock import now, set_shift
from tests import builders
from tests.marketplace.accounts.jobs import mails

PASSWORD = "four unrelated words"


def join(db, **values):
    given = {"kind": PersonKind.CREATOR, "name": "Ida Bergström", "email": "ida@example.org"}
    return service.sign_up(db, **(given | {"password": PASSWORD} | values))


def age(db, token, **columns):
    """Make a sign-in older by so much."""
    sign_in = db.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    for name, by in columns.items():
        setattr(sign_in, name, getattr(sign_in, name) - by)
    db.flush()
    return sign_in


def test_a_person_is_known_by_their_token_and_only_its_hash_is_kept(db):
    one = builders.brand(db).person
    token = service.start_sign_in(db, one, agent="Firefox")
    assert service.person_of_token(db, token) is one
    assert service.person_of_token(db, token + "x") is None
    assert not db.scalar(select(func.count()).where(SignIn.token_hash == token))


def test_a_sign_in_ends_after_twelve_idle_hours(db):
    token = service.start_sign_in(db, builders.brand(db).person, agent="")
    age(db, token, seen_at=timedelta(hours=11, minutes=59))
    assert service.person_of_token(db, token)
    age(db, token, seen_at=timedelta(hours=12))
    assert service.person_of_token(db, token) is None


def test_an_admins_sign_in_ends_after_thirty_idle_minutes(db):
    token = service.start_sign_in(db, builders.admin(db), agent="")
    age(db, token, seen_at=timedelta(minutes=31))
    assert service.person_of_token(db, token) is None


def test_a_sign_in_ends_after_fourteen_days_however_busy(db):
    token = service.start_sign_in(db, builders.brand(db).person, agent="")
    age(db, token, expires_at=timedelta(days=14))
    assert service.person_of_token(db, token) is None


def test_a_sign_in_is_touched_once_a_minute_at_most(db):
    token = service.start_sign_in(db, builders.brand(db).person, agent="")
    sign_in = age(db, token, seen_at=timedelta(seconds=30))
    before = sign_in.seen_at
    service.person_of_token(db, token)
    assert sign_in.seen_at == before
    age(db, token, seen_at=timedelta(seconds=90))
    service.person_of_token(db, token)
    assert sign_in.seen_at > before


def test_moving_the_demo_clock_signs_nobody_out(db):
    token = service.start_sign_in(db, builders.admin(db), agent="")
    set_shift(timedelta(days=60))
    try:
        assert service.person_of_token(db, token)
    finally:
        set_shift(timedelta(0))


def test_someone_suspended_is_signed_in_nowhere(db):
    one = builders.brand(db).person
    token = service.start_sign_in(db, one, agent="")
    one.suspended_at = now()
    assert service.person_of_token(db, token) is None


def test_an_ended_sign_in_stays_ended(db):
    token = service.start_sign_in(db, builders.brand(db).person, agent="")
    service.end_sign_in(db, token)
    assert service.person_of_token(db, token) is None


def test_signing_out_everywhere_else_keeps_this_one(db):
    one = builders.brand(db).person
    other = service.start_sign_in(db, one, agent="")
    here = service.start_sign_in(db, one, agent="")
    service.end_other_sign_ins(db, by=one)
    assert service.person_of_token(db, other) is None
    assert service.person_of_token(db, here)


def test_signing_up_makes_a_creator_with_a_plain_slug_and_welcomes_them(db):
    one = join(db, email="Ida@Example.org")
    assert one.creator.slug == "ida-bergstrom"
    assert one.email == "ida@example.org"
    assert PASSWORD not in one.password_hash
    notice = db.scalar(select(Notice).where(Notice.person_id == one.id))
    assert notice.kind == "welcome"
    assert notice.path == "/today"
    assert mails(db)[0]["to"] == "ida@example.org"


def test_signing_up_as_a_brand_names_the_brand(db):
    one = join(db, kind=PersonKind.BRAND, brand_name="Fjällhem & Søn")
    assert (one.brand.name, one.brand.slug) == ("Fjällhem & Søn", "fjallhem-son")
    assert one.creator is None


def test_an_admin_has_neither_brand_nor_shelf(db):
    one = join(db, kind=PersonKind.ADMIN)
    assert one.brand is None
    assert one.creator is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Ida", "ida-2"), ("李小龙", "creator"), ("X", "creator-x"), ("New", "creator-new")],
)
def test_every_name_gets_a_slug_of_its_own(db, name, slug):
    builders.creator(db, slug="ida")
    assert join(db, name=name).creator.slug == slug


def test_an_address_is_used_once_however_it_is_written(db):
    join(db)
    with pytest.raises(service.AddressTaken):
        join(db, email="IDA@example.org")
    assert db.scalar(select(func.count()).select_from(Creator)) == 1


def test_a_password_is_checked(db):
    one = join(db)
    assert service.check_password(db, "IDA@example.org", PASSWORD) is one
    assert service.check_password(db, "ida@example.org", PASSWORD + "!") is None
    assert service.check_password(db, "nobody@example.org", PASSWORD) is None


def link_of(db):
    return mails(db)[-1]["text"].split("/reset/")[1].split()[0]


def test_a_reset_link_works_once_and_signs_out_everywhere(db):
    one = join(db)
    cookie = service.start_sign_in(db, one, agent="")
    service.ask_reset(db, "ida@example.org")
    token = link_of(db)
    service.reset_password(db, token, "another good one")
    assert service.check_password(db, one.email, "another good one") is one
    assert service.person_of_token(db, cookie) is None
    with pytest.raises(Refused):
        service.reset_password(db, token, "a third good one")


def test_a_used_reset_ends_the_others_that_were_asked_for(db):
    join(db)
    service.ask_reset(db, "ida@example.org")
    first = link_of(db)
    service.ask_reset(db, "ida@example.org")
    service.reset_password(db, link_of(db), "another good one")
    assert service.reset_of(db, first) is None


def test_a_reset_link_ends_after_an_hour(db):
    join(db)
    service.ask_reset(db, "ida@example.org")
    db.scalars(select(PasswordReset)).one().expires_at = now()
    db.flush()
    with pytest.raises(Refused):
        service.reset_password(db, link_of(db), "another good one")


def test_nothing_is_mailed_to_an_unknown_or_closed_address(db):
    one = join(db)
    before = len(mails(db))
    service.ask_reset(db, "nobody@example.org")
    one.suspended_at = now()
    service.ask_reset(db, one.email)
    assert len(mails(db)) == before


def test_changing_the_password_keeps_this_browser_only_and_tells(db):
    one = join(db)
    other = service.start_sign_in(db, one, agent="")
    here = service.start_sign_in(db, one, agent="")
    service.change_password(db, by=one, password="another good one")
    assert service.person_of_token(db, here) is one
    assert service.person_of_token(db, other) is None
    assert db.scalar(select(Notice.kind).order_by(Notice.created_at.desc())) == "password_changed"

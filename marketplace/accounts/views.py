"""Join, sign in and out, get back in, and settings; and how often one may try each."""

from flask import Response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user
from marshmallow import ValidationError

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.limits import limiter
from marketplace.kit.pages import go, safe_next
from marketplace.kit.routing import Blueprint, me
from marketplace.kit.security import password_fits, token_hash
from models import Person, PersonKind, Theme

from . import queries, service
from .schemas import (
    LEAST,
    TIMEZONES,
    BrandJoinIn,
    ChangePasswordIn,
    CreatorJoinIn,
    ForgotIn,
    ResetIn,
    SettingsIn,
    SignInIn,
)

bp = Blueprint("accounts", __name__)
_EMAIL = SignInIn().fields["email"]


def _address() -> str:
    """Whatever was typed as an email address, as the form reads it: one account, one count."""
    typed = request.form.get("email", "")
    try:
        return str(_EMAIL.deserialize(typed))
    except ValidationError:
        return token_hash(typed)


def _person() -> str:
    return str(current_user.id) if current_user.is_authenticated else get_remote_address()


def _failed(response: Response) -> bool:
    return response.status_code == 422


# Who signs in rightly spends nothing: a shared office is not locked out by its own number.
sign_in_from_one_place = limiter.limit(
    "10 per 5 minutes", key_func=get_remote_address, methods=["POST"], deduct_when=_failed
)
sign_in_to_one_account = limiter.limit(
    "10 per 5 minutes", key_func=_address, methods=["POST"], deduct_when=_failed
)
# Wrong forms count as well, or somebody could ask about thousands of addresses.
sign_up_from_one_place = limiter.shared_limit(
    "20 per hour", scope="sign_up", key_func=get_remote_address, methods=["POST"]
)
reset_of_one_account = limiter.limit("5 per day", key_func=_address, methods=["POST"])
reset_from_one_place = limiter.limit("20 per hour", key_func=get_remote_address, methods=["POST"])
# A browser left open must not be a place to guess the password in peace.
password_of_one_account = limiter.limit(
    "10 per 5 minutes", key_func=_person, methods=["POST"], deduct_when=_failed
)


def _enter(person: Person) -> ResponseReturnValue:
    """Start a session whose cookie nobody knew before, and go to where they wanted to be."""
    session.clear()
    session.permanent = True
    service.start_sign_in(db(), person, agent=request.headers.get("User-Agent", ""))
    login_user(person)
    return redirect(safe_next("/admin" if person.is_admin else "/today"), 303)


@bp.get("/join", allow=access.anyone)
def join() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect("/today", 303)
    return render_template("accounts/join.html")


@bp.form("/join/brand", allow=access.anyone)
@sign_up_from_one_place
def join_as_brand() -> ResponseReturnValue:
    return _join(Form(BrandJoinIn()), PersonKind.BRAND)


@bp.form("/join/creator", allow=access.anyone)
@sign_up_from_one_place
def join_as_creator() -> ResponseReturnValue:
    return _join(Form(CreatorJoinIn()), PersonKind.CREATOR)


def _join(form: Form, kind: PersonKind) -> ResponseReturnValue:
    """Sign up and in. That an address is taken shows, in words as neutral as they can be: a limit
    on tries, not a riddle, keeps anyone from asking about many.
    """
    if current_user.is_authenticated:
        return redirect("/today", 303)
    if form.accepted():
        try:
            return _enter(service.sign_up(db(), kind=kind, **form.data))
        except service.AddressTaken:
            taken = _("Enter another address, or sign in: this one can’t be used to join")
            form.refuse("email", taken)
    page = f"accounts/join_as_{kind.value}.html"
    return render_template(page, form=form, least=LEAST), form.status


@bp.form("/sign-in", allow=access.anyone)
@sign_in_from_one_place
@sign_in_to_one_account
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_next("/today"), 303)
    form = Form(SignInIn())
    if form.accepted():
        person = service.check_password(db(), **form.data)
        if person and person.is_active:
            return _enter(person)
        if person:
            form.refuse("form", _("This account is closed. Write to us to have it looked at."))
        else:
            form.refuse("form", _("This address and password don’t go together. Check both."))
    return render_template("accounts/sign_in.html", form=form, next=safe_next("")), form.status


@bp.post("/sign-out", allow=access.signed_in)
def sign_out() -> ResponseReturnValue:
    service.end_sign_in(db(), me().sign_in_token)
    session.clear()
    return go("accounts.sign_in", saying=_("You are signed out."))


@bp.form("/forgot", allow=access.anyone)
@reset_from_one_place
@reset_of_one_account
def forgot() -> ResponseReturnValue:
    """The answer is the same whether or not somebody uses the address."""
    form = Form(ForgotIn())
    if form.accepted():
        service.ask_reset(db(), **form.data)
        return render_template("accounts/forgot_sent.html", email=form.data["email"])
    return render_template("accounts/forgot.html", form=form), form.status


@bp.form("/reset/<token>", allow=access.anyone)
def reset(token: str) -> ResponseReturnValue:
    asked = service.reset_of(db(), token)
    if asked is None:
        return render_template("accounts/reset_ended.html"), 410
    form = Form(ResetIn())
    if form.accepted():
        person = service.reset_password(db(), token, **form.data)
        if person.is_active:
            return _enter(person)
        return go("accounts.sign_in")
    page = render_template("accounts/reset.html", form=form, email=asked.person.email, least=LEAST)
    return page, form.status


@bp.form("/settings", allow=access.signed_in)
def settings() -> ResponseReturnValue:
    person = me()
    form = Form(
        SettingsIn(),
        name=person.name,
        theme=person.theme.value,
        timezone=person.timezone,
        wants_mail=person.wants_mail,
    )
    if form.accepted():
        service.change_settings(db(), by=person, **form.data)
        return go(".settings", saying=_("Your settings are saved."))
    page = render_template(
        "accounts/settings.html",
        form=form,
        email=person.email,
        themes=_themes(),
        timezones=[(zone, zone.replace("_", " ")) for zone in TIMEZONES],
        sign_ins=[
            (queries.browser(one.agent), one.seen_at, queries.is_this(one, person))
            for one in queries.sign_ins(db(), for_=person)
        ],
    )
    return page, form.status


def _themes() -> list[tuple[str, str]]:
    return [
        (Theme.AUTO.value, _("As this device does")),
        (Theme.LIGHT.value, _("Light")),
        (Theme.DARK.value, _("Dark")),
    ]


@bp.form("/settings/password", allow=access.signed_in)
@password_of_one_account
def change_password() -> ResponseReturnValue:
    form = Form(ChangePasswordIn())
    if form.accepted():
        if password_fits(me().password_hash, form.data["present"]):
            service.change_password(db(), by=me(), password=form.data["password"])
            return go(".settings", saying=_("Your password is changed."))
        form.refuse("present", _("Enter the password you have now; this one is not it"))
    return render_template("accounts/password.html", form=form, least=LEAST), form.status


@bp.post("/settings/sign-out-others", allow=access.signed_in)
def sign_out_others() -> ResponseReturnValue:
    service.end_other_sign_ins(db(), by=me())
    return go(".settings", saying=_("You are signed out everywhere else."))

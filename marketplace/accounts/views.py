"""Join, sign in and out, get back in, and settings."""

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, safe_next
from marketplace.kit.routing import Blueprint
from models import Person

from . import service
from .schemas import SignInIn

bp = Blueprint("accounts", __name__)


def _enter(person: Person) -> None:
    """Start a session that nobody knew the cookie of before."""
    flashed = session.get("_flashes")
    session.clear()
    if flashed:
        session["_flashes"] = flashed
    session.permanent = True
    service.start_sign_in(db(), person, agent=request.headers.get("User-Agent", ""))
    login_user(person)


@bp.form("/sign-in", allow=access.anyone)
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_next("/today"), 303)
    form = Form(SignInIn())
    if form.accepted():
        person = service.check_password(db(), **form.data)
        if person and person.is_active:
            _enter(person)
            home = "/admin" if person.is_admin else "/today"
            return redirect(safe_next(home), 303)
        if person:
            form.refuse("form", _("This account is closed. Write to us to have it looked at."))
        else:
            form.refuse("form", _("That address and password don’t go together. Check both."))
    return render_template("accounts/sign_in.html", form=form), form.status


@bp.post("/sign-out", allow=access.signed_in)
def sign_out() -> ResponseReturnValue:
    service.end_sign_in(db(), current_user.sign_in_token)
    session.clear()
    return go("accounts.sign_in", saying=_("You are signed out."))

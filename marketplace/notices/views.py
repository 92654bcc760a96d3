"""Notices on screen, and the mailbox of a demo."""

from pathlib import Path

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.mail import mail_dir
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import Blueprint, me
from models import Notice

from . import queries, service
from .words import words

bp = Blueprint("notices", __name__)


@bp.get("/notices", allow=access.signed_in)
def index() -> ResponseReturnValue:
    page = paged(db(), queries.notices(for_=me()))
    return render_template("notices/index.html", page=page, items=[_item(n) for n in page.rows])


def _item(notice: Notice) -> dict[str, object]:
    said = words(notice.kind, notice.data)
    return {
        "title": said.subject,
        "text": said.sentence,
        "url": url_for("notices.show", notice=notice),
        "at": notice.created_at,
        "unread": notice.read_at is None,
    }


@bp.get("/notices/<notice:notice>", allow=access.reader_of_notice)
def show(notice: Notice) -> ResponseReturnValue:
    """Following a notice is reading it."""
    service.read(notice)
    return redirect(notice.path, 303)


@bp.post("/notices/read", allow=access.signed_in)
def read_all() -> ResponseReturnValue:
    service.read_all(db(), by=me())
    return go(".index", saying=_("All notices are marked as read."))


def _folder() -> Path:
    """Where the mails lie. There is no mailbox where mails are really sent."""
    config = current_app.extensions["config"]
    if not config.is_demo or config.smtp_url:
        abort(404)
    return mail_dir(config)


@bp.get("/mailbox", allow=access.anyone, endpoint="mailbox")
def mails() -> ResponseReturnValue:
    return render_template("notices/mailbox.html", mails=queries.mails(_folder()))


@bp.get("/mailbox/<name>", allow=access.anyone)
def mail(name: str) -> ResponseReturnValue:
    found = queries.mail_named(_folder(), name)
    if found is None:
        abort(404)
    return render_template("notices/mail.html", mail=found)

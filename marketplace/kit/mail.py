"""Mail: written as a job, sent by the worker; to files where no mail server is set."""

import re
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.config import Config

from .clock import now
from .jobs import enqueue


def send(db: Session, to: str, subject: str, text: str, *, stop: str | None = None) -> None:
    """Queue one plain-text mail, together with what caused it. `stop` is the address by which a
    mail program can unsubscribe whoever gets it.
    """
    more = {"stop": stop} if stop else {}
    enqueue(db, "send_mail", queue="mail", priority=-1, to=to, subject=subject, text=text, **more)


def link(path: str) -> str:
    """One of our paths as a mail needs it: with the host."""
    config: Config = current_app.extensions["config"]
    return f"{config.public_url}{path}"


def deliver(to: str, subject: str, text: str, stop: str | None = None) -> None:
    """Hand one mail over. Raises on a mail server that refuses; the job tries again."""
    config: Config = current_app.extensions["config"]
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = to
    message["Subject"] = re.sub(r"[\r\n]+", " ", subject)
    message["Message-ID"] = make_msgid(domain="alongside.example")
    message["Date"] = now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    if stop:
        # RFC 8058: the program posts to the address, and nobody has to open a page.
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    if config.smtp_url:
        _by_smtp(config.smtp_url, message)
    else:
        folder = mail_dir(config)
        name = f"{now():%Y%m%d-%H%M%S-%f}-{re.sub('[^a-z0-9.]', '_', to.lower())}.eml"
        (folder / name).write_bytes(bytes(message))


def mail_dir(config: Config) -> Path:
    folder = config.var_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _by_smtp(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    server_class = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with server_class(parts.hostname or "localhost", parts.port or 0, timeout=20) as server:
        if parts.scheme == "smtp" and parts.username:
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)

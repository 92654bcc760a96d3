"""The mails that wait to be sent, oldest first."""

from sqlalchemy import text


def mails(db):
    rows = db.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_mail' ORDER BY id")
    )
    return [row[0] for row in rows]

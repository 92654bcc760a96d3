"""Lists of creators that an admin brings along in one file."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model
from .creator import Platform


class RosterStatus(StrEnum):
    READING = "reading"
    READ = "read"
    SAVING = "saving"
    SAVED = "saved"
    UNREADABLE = "unreadable"
    DROPPED = "dropped"


#: How long a file that nobody takes is kept, and the rows to mend of one that was taken.
KEPT_DAYS = 14


class Roster(Model):
    """One list, from the moment it was chosen. The file itself is forgotten once it is saved, or
    when nobody took it for `KEPT_DAYS`.

    `counts` says what is in it, and later what came of it; `wrong` holds the rows that can't be
    used: {"line": …, "cells": […], "why": …}, and the first line under "line" 0.
    """

    __tablename__ = "rosters"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= steps", name="done_within_steps"),
        CheckConstraint(
            "status NOT IN ('reading', 'read', 'saving') OR content IS NOT NULL",
            name="content_until_saved",
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    file_name: Mapped[str]
    # Where the file doesn't say: the platform of its accounts.
    platform: Mapped[Platform]
    invites: Mapped[bool] = mapped_column(default=False)
    status: Mapped[RosterStatus] = mapped_column(default=RosterStatus.READING)
    # How far reading or saving has come.
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[list[str]] = mapped_column(default=list)
    wrong: Mapped[list[dict[str, Any]]] = mapped_column(default=list, deferred=True)
    # Why the last try broke off, while it is still to be read or saved.
    trouble: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    finished_at: Mapped[datetime | None]

    @property
    def is_working(self) -> bool:
        return self.status in (RosterStatus.READING, RosterStatus.SAVING)

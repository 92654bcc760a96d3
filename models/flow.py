"""A flow is a table: which verb leads from which state to which. Each step leaves an event."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from .base import Model
from .clock import now

if TYPE_CHECKING:
    from .person import Person

Flow = Mapping[str, Mapping[StrEnum, StrEnum]]


class Refused(Exception):
    """The present state, or a published rule, does not allow this. It becomes a 409 page.

    `why` is a stable code; the page says it in words. `facts` fill those words.
    """

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(why)
        self.why = why
        self.facts = facts


def step(flow: Flow, verb: str, state: StrEnum) -> StrEnum:
    """The state that `verb` leads to from `state`, or Refused."""
    try:
        return flow[verb][state]
    except KeyError:
        raise Refused("not_now", verb=verb, state=str(state)) from None


class Event(Model):
    """One thing that happened to one noun. Written once, never changed."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject", "subject_type", "subject_id", "at"),)

    subject_type: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    verb: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    note: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped["Person | None"] = relationship(lazy="raise_on_sql")


class Flowing:
    """Mixed into a model with a `status`, a FLOW table and events."""

    FLOW: ClassVar[Flow]
    # The states in which nothing more will happen.
    ENDS: ClassVar[frozenset[StrEnum]] = frozenset()

    if TYPE_CHECKING:
        __tablename__: str
        id: Any
        status: Any

    def lock(self) -> None:
        """Take the row's lock and read it afresh; whoever comes second sees what the first did."""
        session = object_session(self)
        assert session is not None
        session.flush()
        # Only this row, not what is joined to it; rows that refer to it needn't wait.
        session.refresh(self, with_for_update={"of": type(self), "key_share": True})

    def may(self, verb: str) -> bool:
        return self.status in self.FLOW.get(verb, {})

    def move(
        self,
        verb: str,
        *,
        by: "Person | None",
        note: str = "",
        also: Mapping[str, Any] | None = None,
        **data: Any,
    ) -> Event:
        """Lock, step to the next state, and write who did it. `by` None means the clock did.

        `also` are columns that change with the state, in the same statement: a deal is funded and
        has its funding time at once, or the database refuses.
        """
        self.lock()
        before = self.status
        self.status = step(self.FLOW, verb, before)
        for column, value in (also or {}).items():
            setattr(self, column, value)
        return self.tell(verb, by=by, before=before, note=note, **data)

    def tell(
        self,
        verb: str,
        *,
        by: "Person | None",
        before: StrEnum | None = None,
        note: str = "",
        **data: Any,
    ) -> Event:
        """Write an event without a step: the beginning of a thing, or a remark along the way."""
        session = object_session(self)
        assert session is not None
        session.flush()
        event = Event(
            subject_type=self.__tablename__,
            subject_id=self.id,
            verb=verb,
            before=before and before.value,
            after=self.status.value,
            actor_id=by.id if by else None,
            note=note,
            data=data,
        )
        session.add(event)
        return event

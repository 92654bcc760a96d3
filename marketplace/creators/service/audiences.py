"""Who listens to an account: kept from a file, or as its creator says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from marketplace.kit.jobs import enqueue
from models import Audience, PlatformAccount, Provenance

# Nobody counted what is typed in. It weighs as much as the fewest people we would show.
TYPED_PEOPLE = 30


def keep_audience(
    db: Session,
    account: PlatformAccount,
    *,
    provenance: Provenance,
    format: str,
    dimensions: dict[str, dict[str, Any]],
    taken_on: date,
    file_name: str = "",
    figures: Mapping[str, int] | None = None,
) -> Audience:
    """From now on this is the account's audience; what was known before is kept as history.

    `figures` of the same file become those of the account.
    """
    db.refresh(account, with_for_update=True)
    current = db.scalar(
        select(Audience).where(Audience.account_id == account.id, Audience.superseded_at.is_(None))
    )
    if current is not None:
        current.superseded_at = now()
        db.flush()
    audience = Audience(
        account_id=account.id,
        provenance=provenance,
        format=format,
        file_name=file_name,
        taken_on=taken_on,
        dimensions=dimensions,
        figures=dict(figures or {}),
    )
    db.add(audience)
    _take_figures(account, audience.figures)
    db.flush()
    id = str(account.creator_id)
    enqueue(db, "tell_creator", once=f"tell_creator:{id}", id=id)
    return audience


def _take_figures(account: PlatformAccount, figures: Mapping[str, int]) -> None:
    if "followers" in figures:
        account.followers = figures["followers"]
    if figures.get("sampled"):
        account.sampled_followers = figures["sampled"]
        account.real_followers = figures["real"]


def declare_audience(
    db: Session,
    account: PlatformAccount,
    *,
    ages: Mapping[str, int],
    genders: Mapping[str, int],
    countries: Mapping[str, int],
) -> Audience:
    """Keep the shares a creator typed in, given in basis points."""
    given = {"age": ages, "gender": genders, "country": countries}
    dimensions = {
        name: {
            "n": TYPED_PEOPLE,
            "cells": {code: bps / 10_000 for code, bps in shares.items() if bps},
        }
        for name, shares in given.items()
        if any(shares.values())
    }
    return keep_audience(
        db,
        account,
        provenance=Provenance.SELF_DECLARED,
        format="typed",
        dimensions=dimensions,
        taken_on=today(),
    )

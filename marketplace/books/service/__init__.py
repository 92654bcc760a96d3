"""Checking the books, and proving what we owe."""

from sqlalchemy.orm import Session

from . import proofs, runs
from .proofs import inclusion, prove
from .runs import ask_for, keep, run, verify

__all__ = ["ask_for", "inclusion", "keep", "prove", "run", "tick", "verify"]


def tick(db: Session) -> int:
    """Ask for what is due once a night and has not been made; a missed night is made up for."""
    return runs.tick(db) + proofs.tick(db)

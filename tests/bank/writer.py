"""One worker process of several writers, each writing until it is killed."""

import json
import os
import sys
import threading
import time
from ctypes import c_ulong
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from marketplace.kit.db import unit_of_work
from tests.bank.designs import Design, Refused, checkout, creator, eur, named, transfer

# Payments that several writers are told of at about the same time.
AT_ONCE = 30


class Writer(threading.Thread):
    """Does what its own dice say. The dice depend on the seed, on who it is, and on its life."""

    def __init__(self, app: Flask, design: Design, told: Any, acks: int, dice: Random) -> None:
        super().__init__(daemon=True)
        self.app, self.design, self.told, self.acks, self.dice = app, design, told, acks, dice

    def run(self) -> None:
        acts = (self.deliver, self.divide, self.send, self.move)
        while True:
            (act,) = self.dice.choices(acts, (10, 3, 3, 5))
            try:
                act()
            except OperationalError:
                time.sleep(0.05)  # killed, or not up again yet: nobody knows what was written
            except (DBAPIError, Refused):
                pass  # no: more than there is, or somebody else was first

    def deliver(self) -> None:
        """A webhook: rarely of a new payment, mostly of one that others are told of as well."""
        if self.dice.random() < 0.2:
            self.told.value += 1
        number = max(0, self.told.value - self.dice.randrange(AT_ONCE))
        with self.app.app_context(), unit_of_work() as db:
            new = self.design.deliver(db, number)
        cause = f"checkout:{checkout(number).id}:paid"
        self.ack(cause=cause, event=f"evt_bank_{number}", new=new)

    def divide(self) -> None:
        number, back = self._some_payment(), self.dice.random() < 0.2
        with self.app.app_context(), unit_of_work() as db:
            self.design.divide(db, number, back=back)
        self.ack(cause=f"deal:{named('deal', number)}:shared")

    def send(self) -> None:
        number = self._some_payment()
        with self.app.app_context(), unit_of_work() as db:
            self.design.send(db, number)
        self.ack(cause=f"transfer:{transfer(number).id}:sent")

    def move(self) -> None:
        """From one creator to another, often more than there is."""
        source, target = self.dice.randrange(100), self.dice.randrange(100)
        if creator(source) == creator(target):
            return
        cause = f"moved:{self.dice.getrandbits(120):x}"
        amount = eur(self.dice.choice((1, 100, 10_000, 200_000)))
        with self.app.app_context(), unit_of_work() as db:
            self.design.move(db, cause, source, target, amount)
        self.ack(cause=cause)

    def _some_payment(self) -> int:
        return max(0, self.told.value - self.dice.randrange(4 * AT_ONCE))

    def ack(self, **what: Any) -> None:
        """Written as soon as the commit returned: what was acknowledged outlives a kill."""
        os.write(self.acks, (json.dumps(what) + "\n").encode())


def _give_up(what: threading.ExceptHookArgs) -> None:
    """A fault of the test's own: the run must hear of it instead of waiting."""
    sys.excepthook(what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback)
    os._exit(1)


def work(app: Flask, design: Design, told: c_ulong, folder: Path, who: str, writers: int) -> None:
    """Be one worker process; it ends only by being killed."""
    threading.excepthook = _give_up
    app.extensions["engine"].dispose(close=False)
    acks = os.open(folder / f"{who}.acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(writers):
        Writer(app, design, told, acks, Random(f"{who}/{number}")).start()
    threading.Event().wait()

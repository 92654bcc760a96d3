"""Ties a child to its parent, so that killing the parent outright leaves nothing behind."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def to_parent(how: signal.Signals) -> Callable[[], None] | None:
    """What the child runs before its program starts; None where the system has no such tie.

    The tie is to the parent's *thread*, so children must be started from the main one.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # looked up before the fork: loading a library after it may hang
    parent = os.getpid()

    def tied() -> None:
        libc.prctl(PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # the parent died between the fork and the line above
            os._exit(1)

    return tied

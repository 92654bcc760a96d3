"""Whether a port is free, and whether what should answer on it does."""

import socket
from contextlib import closing
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

from marketplace.run import CannotRun

DIRECT = build_opener(ProxyHandler({}))  # a proxy of the machine must not see our own ports


def check_free(port: int, another: int, whose: str = "") -> None:
    """Refuse a port somebody listens on; `another` is one to suggest."""
    if _is_taken(port):
        raise CannotRun(
            f"Port {port}{whose} is taken by another program. "
            f"Stop it, or choose another: make run PORT={another}"
        )


def _is_taken(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return True
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed ones linger a minute
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def answers(url: str) -> bool:
    try:
        with DIRECT.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, HTTPException):  # URLError and HTTPError are OSErrors
        return False

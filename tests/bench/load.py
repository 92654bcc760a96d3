"""Many clients at once, each with a connection it keeps, asking for one page again and again."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

CLIENTS = 8
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """A page as one person asks for it."""

    address: str
    path: str
    cookie: str = ""

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {urlsplit(self.address).netloc}"]
        lines += ["Accept: text/html", *([f"Cookie: {self.cookie}"] if self.cookie else [])]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True)
class Took:
    """How long each request took, in seconds, and how long all of them together."""

    each: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.each) / self.seconds

    def ms(self, share: float) -> float:
        ordered = sorted(self.each)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class _Connection:
    """As little of HTTP as will do: the clients share two cores with what they measure."""

    def __init__(self, target: Target) -> None:
        where = urlsplit(target.address)
        self._socket = socket.create_connection((where.hostname, where.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._target, self._request = target, target.request

    def ask(self) -> None:
        self._socket.sendall(self._request)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        if not got.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"{self._target.path}: {got[:120]!r}")
        found = _LENGTH.search(got, 0, end + 2)
        if not found:
            raise AssertionError(f"{self._target.path} does not say how long it is")
        left = int(found[1]) - (len(got) - end - 4)
        while left > 0:
            left -= len(self._more())

    def _more(self) -> bytes:
        got = self._socket.recv(1 << 18)
        if not got:
            raise AssertionError(f"{self._target.path}: the connection was closed")
        return got

    def close(self) -> None:
        self._socket.close()


def load(target: Target, seconds: float, *, clients: int = CLIENTS) -> Took:
    """Ask for one page from all clients for so long."""
    began = time.perf_counter()

    def ask_for_long(_number: int) -> list[float]:
        connection, each = _Connection(target), []
        while (asked := time.perf_counter()) < began + seconds:
            connection.ask()
            each.append(time.perf_counter() - asked)
        connection.close()
        return each

    with ThreadPoolExecutor(clients) as pool:
        each = [one for many in pool.map(ask_for_long, range(clients)) for one in many]
    return Took(each, time.perf_counter() - began)

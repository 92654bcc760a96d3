"""The addresses there are, known while tests are collected."""

from pathlib import Path

_LIST = Path(__file__).parents[1] / "architecture" / "routes.txt"


def routes(taken: str) -> list[str]:
    """Every address that takes these methods, as it stands in the list of all routes."""
    lines = [line.split("  ") for line in _LIST.read_text().splitlines()]
    parts = [[part.strip() for part in line if part.strip()] for line in lines]
    return [address for methods, address, *_ in parts if {*taken.split()} <= {*methods.split()}]

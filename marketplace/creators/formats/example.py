"""A file of every kind we read, made up by us: to look at, and to try an import with."""

from pathlib import Path

_FOLDER = Path(__file__).with_name("examples")
#: What is in each file of the folder: who listens to one account, or a list of creators.
AUDIENCES = (
    "instagram.json",
    "youtube-studio.csv",
    "youtube-analytics.json",
    "tiktok.json",
    "vendor.json",
    "audience.csv",
)
ROSTER = "creators.csv"
NAMES = (*AUDIENCES, ROSTER)


def content(name: str) -> bytes:
    """One of `NAMES`, as it stands."""
    return (_FOLDER / name).read_bytes()

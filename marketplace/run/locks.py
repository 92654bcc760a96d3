"""File locks that the system lets go of when their holder dies, however it dies."""

import fcntl
from pathlib import Path
from typing import IO, Self


class FileLock:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def _take(self, how: int) -> bool:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+")
        try:
            fcntl.flock(self._file, how)
        except BlockingIOError:
            return False
        return True

    def wait(self) -> None:
        """Hold it alone, waiting for whoever holds it now."""
        self._take(fcntl.LOCK_EX)

    def share(self) -> None:
        """Hold it together with others who share it."""
        self._take(fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Hold it alone if nobody else holds it in any way; say whether that worked."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

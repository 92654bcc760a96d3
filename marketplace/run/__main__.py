"""`make run`."""

import os
import sys

from marketplace.run import CannotRun
from marketplace.run.supervisor import Supervisor, complain


def main() -> int:
    try:
        return Supervisor(os.environ).run()
    except CannotRun as error:
        complain(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())

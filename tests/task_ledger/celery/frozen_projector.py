"""The projector, which soon gives up on a database that does not answer."""

import sys

from task_ledger.projector import database
from task_ledger.projector.__main__ import main

if __name__ == "__main__":
    database.ANSWER_S = 1.0  # pyright: ignore[reportConstantRedefinition]
    sys.exit(main())

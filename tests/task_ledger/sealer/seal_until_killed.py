"""`python -m … FOLDER`: seals a ledger that grows by one event a tick, and never ends by itself."""

import sys
from pathlib import Path

import structlog

from task_ledger.sealer.status import seal_status
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


def main(log: Log) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    ledger = Ledger()
    ledger.append("riverside", seal_status(log.state).events)
    with log.sealer(ledger) as sealer:
        while True:
            ledger.append("riverside")
            log.now += 1
            sealer.tick()
            sys.stdout.write("sealed\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Log.at(Path(sys.argv[1])))

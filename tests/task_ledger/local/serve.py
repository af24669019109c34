"""Run as a program by tests: serves one embedded server until its standard input ends.

Arguments: ``postgres`` or ``valkey``, and the folder. Prints one JSON line once it answers, or
the error's type and text.
"""

import json
import sys
from pathlib import Path

from task_ledger.local import watchdog
from task_ledger.local.embedded import EmbeddedServerError, EmbeddedValkey
from tests.servers import quick_postgres

SERVERS = {"postgres": quick_postgres, "valkey": EmbeddedValkey}


def main(kind: str, folder: str) -> None:
    server = SERVERS[kind](Path(folder))
    try:
        server.start()
    except EmbeddedServerError as error:
        print(json.dumps({"error": type(error).__name__, "text": str(error)}), flush=True)
        return
    answer = {"pid": server.pid, "url": server.url, "watchdog": watchdog.shared().pid}
    print(json.dumps(answer), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The watching process. Run by path with the standard library only, so that it starts at once.

Standard input carries one JSON object per line: ``{"watch": pid, "group": bool, "stage": int,
"steps": [[signal, seconds], …]}`` or ``{"forget": pid}``. Its end, or a new parent, means that
the supervisor is gone.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

_POLL_S = 0.5


def main(supervisor: int) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    watched: dict[int, dict[str, Any]] = {}
    pending = b""
    while True:
        orphaned = os.getppid() != supervisor
        readable, _, _ = select.select([0], [], [], 0 if orphaned else _POLL_S)
        # Lines that the supervisor wrote before it died still count: read all of them first.
        if not readable and orphaned:
            break
        if not readable:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            break
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "forget" in message:
                watched.pop(message["forget"], None)
            else:
                watched[message["watch"]] = message
    _end(list(watched.values()))


def _end(watched: list[dict[str, Any]]) -> None:
    watched.sort(key=lambda each: each["stage"])
    for _, stage in groupby(watched, key=lambda each: each["stage"]):
        left = [(each, list(each["steps"])) for each in stage]
        while left := [(each, steps) for each, steps in left if steps and _alive(each)]:
            waits = [0.0]
            for each, steps in left:
                number, wait_s = steps.pop(0)
                waits.append(wait_s)
                _send(each, number)
            _wait_until_gone([each for each, _ in left], max(waits))


def _wait_until_gone(watched: list[dict[str, Any]], wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while any(_alive(each) for each in watched) and time.monotonic() < deadline:
        time.sleep(0.05)


def _alive(each: dict[str, Any]) -> bool:
    return _send(each, 0)


def _send(each: dict[str, Any], number: int) -> bool:
    to_group = each["group"] and number in (0, signal.SIGKILL)
    kill: Callable[[int, int], None] = os.killpg if to_group else os.kill
    try:
        kill(each["watch"], number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]))

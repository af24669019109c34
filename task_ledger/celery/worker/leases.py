"""A worker's lease: a row that shows that its main process is alive, and lists its tasks.

A lease decides nothing by itself. However outdated it is, a closed claim is fenced: an attempt that
keeps running commits nothing. So a wrong list costs work, but never correctness.
"""

import os
import socket
from threading import Event, Lock, Thread
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import structlog
from celery import bootsteps
from celery.concurrency import prefork
from celery.signals import worker_shutdown
from celery.worker import state
from psycopg import Connection

from task_ledger.celery.run.live_attempts import live_attempts
from task_ledger.celery.run.outer_run import forget_working_threads
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.celery.worker.consumer import LOOP
from task_ledger.celery.worker.snapshots import ids, snapshot
from task_ledger.celery.worker.terminating import Terminator
from task_ledger.errors import LedgerError, UnsupportedConfiguration
from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.database import ledger_errors, query, session
from task_ledger.eventlog.pooler import refuse_pooler
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.model.events import build_models
from task_ledger.ops.heartbeat import Heartbeats

log = structlog.get_logger(__name__)

RENEW_S: Final = 5.0
"""Seconds between renewals, unless `app.conf.ledger_lease_renew_s` is set."""

EXPIRE_S: Final = 20.0
"""Seconds until a lease expires, unless `app.conf.ledger_lease_expire_s` is set."""

OPTIONS: Final = "-c statement_timeout=3s -c synchronous_commit=off"
"""A renewal lost in a power failure of the server is repeated by the next one."""

ANSWER_S: Final = 5.0
"""Seconds to wait for an answer from a frozen server, which does not enforce its own time limits.

The pool cannot fork during that time.
"""

LEASE: Final = "lease"
"""The heartbeat of the thread that renews."""

no_fork: Final = Lock()
"""Held while the lease's thread works: a child forked meanwhile would inherit any lock that the
thread holds (such as an import lock) and wait for it forever."""

os.register_at_fork(
    before=no_fork.acquire, after_in_parent=no_fork.release, after_in_child=no_fork.release
)


class KeepLease(bootsteps.StartStopStep):
    """Draws the worker's boot id and renews its lease while the main process is alive.

    Starts after the pool, whose children are forked without the thread, and before the consumer.
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        """Draw the boot id; children of the pool inherit it, and the models, by the fork."""
        super().__init__(parent, **options)
        app: LedgerApplication = parent.app
        app.boot = uuid4()
        build_models()
        in_children = issubclass(parent.pool_cls, prefork.TaskPool)
        terminator = Terminator(parent, app.boot) if in_children else None
        self._lease = Lease(app, app.boot, parent, terminator)

    def start(self, parent: Any) -> None:
        """Start renewing.

        The lease is ended by the signal sent after an orderly stop, because bodies may still be
        running when the steps are stopped. After a cold shutdown or a kill, the lease expires.
        """
        self._lease.start()
        worker_shutdown.connect(self._end, sender=parent, weak=False)

    def terminate(self, parent: Any) -> None:
        """Stop renewing, at a cold shutdown, including one in a process that keeps running.

        Celery's test kit stops its workers this way.
        """
        worker_shutdown.disconnect(self._end, sender=parent)
        self._lease.stop()
        forget_working_threads()

    def _end(self, **_: Any) -> None:
        forget_working_threads()
        self._lease.end()


class Lease:
    """Renews one lease from a thread of the worker's main process, on its own connection.

    Args:
        parent: Celery's worker controller.
        terminator: for workers whose bodies run in child processes (prefork); None if they run in
            this process.
    """

    def __init__(
        self, app: LedgerApplication, boot: UUID, parent: Any, terminator: Terminator | None
    ) -> None:
        self._parent = parent
        self._url = app.connections.url
        self._renew_s = float(app.conf.get("ledger_lease_renew_s") or RENEW_S)
        self._parameters = {
            "boot": boot,
            "worker": parent.hostname,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "can_terminate": terminator is not None,
            "pool": parent.pool_cls.__module__.rpartition(".")[2],
            "seconds": float(app.conf.get("ledger_lease_expire_s") or EXPIRE_S),
        }
        self._terminator = terminator
        self._connection: Connection[Any] | None = None
        self._away = False
        self._ending = Event()
        self._heartbeats = Heartbeats.of_environment()
        self._thread = Thread(target=self._renew_until_end, name="task-ledger-lease", daemon=True)

    def start(self) -> None:
        """Renew once, before any message is received, and continue in the thread.

        Raises:
            UnsupportedConfiguration: there is a pooler between the worker and the server.
            SchemaMismatch: this release does not work with the database's schema.
        """
        self._heartbeats.begin([LEASE, LOOP])
        self._renew()
        self._thread.start()

    def end(self) -> None:
        """Stop renewing and end the lease; if the ledger is unreachable, the lease expires."""
        if self._has_stopped():
            self._execute("end_lease", {"boot": self._parameters["boot"]})
            self._discard()

    def stop(self) -> None:
        """Stop renewing, and let the lease expire: bodies may be running."""
        if self._has_stopped():
            self._discard()

    def _has_stopped(self) -> bool:
        """Whether the thread has ended by this call, within the time of one renewal."""
        if self._ending.is_set():
            return False
        self._ending.set()
        self._thread.join(self._renew_s)
        return not self._thread.is_alive()

    def _renew_until_end(self) -> None:
        while not self._ending.wait(self._renew_s):
            with no_fork:
                self._renew()
            self._heartbeats.beat(LEASE)
            if not self._turns():
                self._heartbeats.beat(LOOP)

    def _turns(self) -> bool:
        """Whether the loop that takes messages should turn now.

        Not while it reconnects to the broker or waits for the last tasks, nor while it runs a body
        itself, as in a pool without child processes.
        """
        taking = getattr(getattr(self._parent, "consumer", None), "taking", False)
        ending = state.should_stop is not None or state.should_terminate is not None
        return taking and not ending and self._terminator is not None

    def _renew(self) -> None:
        live = list(tasks_in_children() if self._terminator else live_attempts.copy().values())
        now = {"live": live, "processes": processes_of(self._parent)}
        self._execute(
            "renew_lease", {**self._parameters, **now, "queues": queues_taken(self._parent)}
        )
        if self._terminator and not self._away:
            self._terminate(self._terminator, live)

    def _terminate(self, terminator: Terminator, live: list[UUID]) -> None:
        try:
            if self._connection is not None:
                terminator.look(self._connection, live)
        except psycopg.Error as error:
            # Checks again after the next renewal.
            log.warning("terminations_not_read", error=f"{type(error).__name__}: {error}".strip())
            self._discard()

    def _execute(self, name: str, parameters: dict[str, Any]) -> None:
        try:
            with ledger_errors():
                if self._connection is None:
                    self._connection = self._connect()
                self._connection.execute(query(name), parameters)
        except (LedgerError, psycopg.Error) as error:
            if isinstance(error, UnsupportedConfiguration) and not self._thread.is_alive():
                raise
            if not self._away:
                log.warning("lease_not_renewed", error=f"{type(error).__name__}: {error}".strip())
            self._away = True
            self._discard()
        else:
            if self._away:
                log.info("lease_renewed")
            self._away = False

    def _connect(self) -> Connection[Any]:
        parameters = session(self._url, "task-ledger lease", OPTIONS)
        connection = connect_answered(self._url, ANSWER_S, **parameters)
        try:
            refuse_pooler(connection, "a worker")
            check_schema(connection)
        except LedgerError:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def processes_of(parent: Any) -> int | None:
    """How many tasks the worker's pool works on at once, now; None before the pool has started."""
    pool = parent.pool
    return None if pool is None else int(pool.num_processes)


def queues_taken(parent: Any) -> list[str]:
    """The queues that the worker takes messages from now, sorted; none while it is not connected
    to the broker."""
    if not getattr(getattr(parent, "consumer", None), "taking", False):
        return []
    return sorted(snapshot(parent.app.amqp.queues.consume_from))


def tasks_in_children() -> set[UUID]:
    """The tasks whose bodies run, or may begin to run, in children of this process.

    Uses reserved requests: Celery reserves a request before a child can see it, whereas the child's
    message that it has started may arrive after the body has ended. A reserved request that is not
    running holds no claim, so listing it is harmless. Celery drops a request when its child is gone
    or about to be killed, and, if the broker's connection breaks, when the child has not reported
    yet: that attempt may be closed while its body runs, and is fenced.
    """
    return ids(snapshot(state.reserved_requests)) | ids(snapshot(state.active_requests))

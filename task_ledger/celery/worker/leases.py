"""The lease of a worker: a row that says that its main process lives, and what it works on.

A lease decides nothing by itself. Whatever it says too early or too late, a claim that was closed
is fenced: an attempt that goes on regardless commits nothing. So a wrong list costs work, never
an effect.
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
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.celery.worker.snapshots import ids, snapshot
from task_ledger.celery.worker.terminating import Terminator
from task_ledger.errors import LedgerError, UnsupportedConfiguration
from task_ledger.eventlog.database import ledger_errors, query, session
from task_ledger.eventlog.pooler import refuse_pooler
from task_ledger.model.events import build_models

log = structlog.get_logger(__name__)

RENEW_S: Final = 5.0
"""Seconds between renewals, unless `app.conf.ledger_lease_renew_s` says otherwise."""

EXPIRE_S: Final = 20.0
"""Seconds that a renewal is good for, unless `app.conf.ledger_lease_expire_s` says otherwise."""

OPTIONS: Final = "-c statement_timeout=3s -c synchronous_commit=off"
"""A renewal that was lost with the server's power is made good by the next one."""

no_fork: Final = Lock()
"""Held while the lease's thread works: a child that is forked meanwhile would inherit whatever
lock the thread holds (that of an import, say), and wait for it for ever."""

os.register_at_fork(
    before=no_fork.acquire, after_in_parent=no_fork.release, after_in_child=no_fork.release
)


class KeepLease(bootsteps.StartStopStep):
    """Draws the worker's boot id and renews its lease for as long as the main process lives.

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
        self._lease = Lease(app, app.boot, parent.hostname, terminator)

    def start(self, parent: Any) -> None:
        """Begin to renew.

        The lease ends with the signal that is sent when the worker has stopped in order: when
        steps are stopped, bodies may still be running. A worker that is shut down cold, or
        killed, lets its lease expire.
        """
        self._lease.start()
        worker_shutdown.connect(self._end, sender=parent, weak=False)

    def terminate(self, parent: Any) -> None:
        """Stop renewing: at a cold shutdown, also one within a process that goes on.

        Celery's test kit stops its workers so.
        """
        worker_shutdown.disconnect(self._end, sender=parent)
        self._lease.stop()

    def _end(self, **_: Any) -> None:
        self._lease.end()


class Lease:
    """Renews one lease from a thread of the worker's main process, on a connection of its own.

    Args:
        terminator: for a worker whose bodies run in child processes (prefork); None when they
            run in this one.
    """

    def __init__(
        self, app: LedgerApplication, boot: UUID, worker: str, terminator: Terminator | None
    ) -> None:
        self._url = app.connections.url
        self._renew_s = float(app.conf.get("ledger_lease_renew_s") or RENEW_S)
        self._parameters = {
            "boot": boot,
            "worker": worker,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "can_terminate": terminator is not None,
            "seconds": float(app.conf.get("ledger_lease_expire_s") or EXPIRE_S),
        }
        self._terminator = terminator
        self._connection: Connection[Any] | None = None
        self._away = False
        self._ending = Event()
        self._thread = Thread(target=self._renew_until_end, name="task-ledger-lease", daemon=True)

    def start(self) -> None:
        """Renew once, before any message is taken, and go on in the thread.

        Raises:
            UnsupportedConfiguration: there is a pooler between the worker and the server.
        """
        self._renew()
        self._thread.start()

    def end(self) -> None:
        """Stop renewing and end the lease; leaves it to expire when the ledger is away."""
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

    def _renew(self) -> None:
        live = list(tasks_in_children() if self._terminator else live_attempts.copy().values())
        self._execute("renew_lease", {**self._parameters, "live": live})
        if self._terminator and not self._away:
            self._terminate(self._terminator, live)

    def _terminate(self, terminator: Terminator, live: list[UUID]) -> None:
        try:
            if self._connection is not None:
                terminator.look(self._connection, live)
        except psycopg.Error as error:
            # Asked again after the next renewal.
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
        connection = psycopg.connect(self._url, autocommit=True, **parameters)
        try:
            refuse_pooler(connection, "a worker")
        except LedgerError:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def tasks_in_children() -> set[UUID]:
    """The tasks whose bodies run, or may begin to run, in children of this process.

    Reserved requests are more than what runs: Celery reserves one before a child can see it,
    while the child's word that it has begun may come after the body's end. What is reserved
    without running holds no claim, so naming it does no harm. Celery forgets a request when its
    child is gone or about to be killed, and, when the broker's connection breaks, one whose
    child has not yet been heard of: that attempt may be closed while its body runs, and is fenced.
    """
    return ids(snapshot(state.reserved_requests)) | ids(snapshot(state.active_requests))

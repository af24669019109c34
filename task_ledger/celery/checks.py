"""Checks at worker start: refuse configurations that would break one of the ledger's guarantees."""

from collections.abc import Iterator
from typing import Any, Final

from celery import bootsteps
from celery.utils.imports import symbol_by_name

from task_ledger.celery.task import LedgerTask
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.celery.worker.consumer import LedgerConsumer
from task_ledger.celery.worker.leases import EXPIRE_S, RENEW_S
from task_ledger.celery.worker.request import LedgerRequest
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.tracing.switch import why_unavailable

POOLS_WITHOUT_TIME_LIMITS: Final = ("solo", "thread")
"""The modules of the pools in celery.concurrency; `thread` is that of `--pool threads`."""

POOLS: Final = ("prefork", *POOLS_WITHOUT_TIME_LIMITS)
"""The pools whose guarantees are known; see docs/reference/pools.md."""


LONGEST_LEASE_S = 3600
"""The longest lease, in seconds; task_ledger.renew_lease refuses a longer one too."""


class CheckConfiguration(bootsteps.Step):
    """Keeps a worker from starting with a configuration that breaks a guarantee."""

    def __init__(self, parent: Any, **options: Any) -> None:
        """Check the worker's application.

        Raises:
            UnsupportedConfiguration: the message says what to change.
        """
        super().__init__(parent, **options)
        check(parent.app, pool_of(parent.pool_cls))


def pool_of(pool_class: Any) -> str:
    """The name of the Celery pool that a class is or inherits from, such as `prefork`."""
    kinds = getattr(pool_class, "__mro__", (pool_class,))
    modules = [str(getattr(kind, "__module__", "")) for kind in kinds]
    own = [module for module in modules if module.startswith("celery.concurrency.")]
    return (own or modules)[0].rpartition(".")[2]


def check(app: LedgerApplication, pool: str) -> None:
    """Refuse a configuration that breaks a guarantee.

    Args:
        pool: `prefork`, `thread`, `solo`, `eventlet` or `gevent`, as `pool_of` names it.

    Raises:
        UnsupportedConfiguration: the message lists everything that must change.
    """
    problems = [*_pool(pool), *_settings(app), *_tasks(app, pool)]
    if unavailable := why_unavailable():
        problems.append(unavailable)
    if problems:
        raise UnsupportedConfiguration("; ".join(problems))


def _pool(pool: str) -> Iterator[str]:
    if pool not in POOLS:
        yield (
            f"the {pool} pool runs bodies in greenlets, which share one thread's connections and"
            " the lease: use --pool prefork, threads or solo"
        )


def _settings(app: LedgerApplication) -> Iterator[str]:
    if app.conf.task_always_eager:
        yield "task_always_eager runs tasks without the ledger: set it to False"
    if app.conf.worker_deduplicate_successful_tasks:
        yield (
            "worker_deduplicate_successful_tasks publishes next steps without the ledger, which"
            " refuses duplicates by itself: set it to False"
        )
    lease_s = app.conf.get("ledger_lease_expire_s")
    if lease_s is not None and not 0 < float(lease_s) <= LONGEST_LEASE_S:
        yield f"ledger_lease_expire_s is {lease_s}: set it to at most {LONGEST_LEASE_S}"
    if app.conf.task_protocol != 2:
        yield "task_protocol 1 has no headers for the ledger: set it to 2"
    consumer: Any = symbol_by_name(app.conf.worker_consumer)
    if not issubclass(consumer, LedgerConsumer):
        yield (
            f"worker_consumer {consumer.__name__} drops unknown tasks without recording that in "
            "the ledger: inherit task_ledger.celery.worker.consumer.LedgerConsumer"
        )
    renew_s = float(app.conf.get("ledger_lease_renew_s") or RENEW_S)
    expire_s = float(app.conf.get("ledger_lease_expire_s") or EXPIRE_S)
    if expire_s < 2 * renew_s:
        yield (
            f"a lease of {expire_s:g} s that is renewed every {renew_s:g} s expires in a live "
            "worker: set ledger_lease_expire_s to at least twice ledger_lease_renew_s"
        )


def _tasks(app: LedgerApplication, pool: str) -> Iterator[str]:
    for name, task in app.tasks.items():
        if getattr(task, "task_type", None) is None:
            continue
        if type(task).__call__ is not LedgerTask.__call__:
            yield (
                f"{name} bypasses the ledger: inherit LedgerTask's __call__, and return a context "
                "for the body, such as Flask's application context, from body_context()"
            )
        if not issubclass(symbol_by_name(task.Request), LedgerRequest):
            yield f"{name} has its own Request class, which must inherit from LedgerRequest"
        if not task.acks_late:
            yield f"{name} would be lost with its worker: remove acks_late=False"
        limited = task.time_limit or task.soft_time_limit
        if pool in POOLS_WITHOUT_TIME_LIMITS and limited:
            yield f"{name} has a time limit, which the {pool} pool ignores: use --pool prefork"
        if getattr(task, "retry_on_worker_lost", None):
            yield f"{name}: the ledger retries lost attempts; remove retry_on_worker_lost"
    limits = app.conf.task_time_limit or app.conf.task_soft_time_limit
    if pool in POOLS_WITHOUT_TIME_LIMITS and limits:
        yield f"the {pool} pool ignores task_time_limit: use --pool prefork, or unset it"

"""Settings that the ledger refuses or interprets differently."""

import ast
from collections.abc import Iterator
from typing import Any, Final, cast

from task_ledger.cli.adoption.application import Application
from task_ledger.cli.adoption.finding import Effect, Finding, shown_path
from task_ledger.eventlog.message import PLACING_OPTIONS

_SET_BY: Final = {
    "worker_consumer": "CELERYD_CONSUMER",
    "beat_scheduler": "CELERYBEAT_SCHEDULER",
    "task_always_eager": "CELERY_ALWAYS_EAGER",
}
_BROKERS: Final = frozenset({"redis", "rediss", "amqp", "amqps", "pyamqp", "valkey", "memory"})


def of_settings(found: Application) -> Iterator[Finding]:
    """Check the application's settings."""
    conf: Any = found.app.conf

    def finding(name: str, effect: Effect, what: str, advice: str) -> Finding:
        file, line = place_of(found, name)
        return Finding(shown_path(file), line, name, effect, what, advice)

    if conf.task_always_eager:
        yield finding(
            "task_always_eager", Effect.REFUSED, "tasks run without the ledger",
            "Set it to False; tests use task_ledger.testing.ledger_test.",
        )  # fmt: skip
    if conf.worker_deduplicate_successful_tasks:
        yield finding(
            "worker_deduplicate_successful_tasks", Effect.REFUSED,
            "it publishes next steps without the ledger",
            "Set it to False: the ledger refuses duplicates by itself.",
        )  # fmt: skip
    if conf.task_protocol != 2:
        yield finding("task_protocol", Effect.REFUSED, "protocol 1 has no headers", "Set it to 2.")
    pool = str(conf.worker_pool or "prefork")
    if pool not in {"prefork", "solo", "threads", "processes"}:
        yield finding(
            "worker_pool", Effect.REFUSED, f"the {pool} pool runs bodies that share one thread",
            "Use prefork, threads or solo.",
        )  # fmt: skip
    elif pool in {"solo", "threads"} and (conf.task_time_limit or conf.task_soft_time_limit):
        yield finding(
            "task_time_limit", Effect.REFUSED, f"the {pool} pool ignores time limits",
            "Use prefork, or unset it.",
        )  # fmt: skip
    if conf.worker_consumer not in {
        "celery.worker.consumer:Consumer", "task_ledger.celery.worker.consumer:LedgerConsumer"
    }:  # fmt: skip
        yield finding(
            "worker_consumer", Effect.REFUSED, f"{conf.worker_consumer} is not the ledger's",
            "Inherit from task_ledger.celery.worker.consumer.LedgerConsumer.",
        )  # fmt: skip
    scheduler = conf.beat_scheduler
    if scheduler not in {
        "celery.beat:PersistentScheduler", "task_ledger.celery.beat:LedgerScheduler"
    }:  # fmt: skip
        yield finding(
            "beat_scheduler", Effect.DIFFERENT, f"{scheduler} is kept, and tracked entries are "
            "registered when they are due", "Read docs/how-to/schedule-tasks.md.",
        )  # fmt: skip
    elif conf.beat_schedule:
        yield finding(
            "beat_schedule", Effect.DIFFERENT,
            "beat keeps its state in the ledger's database, not in its file: an entry counts from "
            "when beat first sees it", "Nothing, or start beat once before the old one stops.",
        )  # fmt: skip
    yield from _broker(conf, finding)
    backend = str(conf.result_backend or "")
    if backend and not backend.startswith("ledger"):
        yield finding(
            "result_backend", Effect.DIFFERENT,
            "AsyncResult keeps using it, beside the ledger's own record",
            'Keep it, or set "ledger://" if all tasks whose results are read are tracked.',
        )  # fmt: skip


def _broker(conf: Any, finding: Any) -> Iterator[Finding]:
    address: Any = conf.broker_write_url or conf.broker_url or ""
    first = str(cast("Any", address)[0] if isinstance(address, list | tuple) else address)
    scheme = first.partition("://")[0]
    if scheme and "://" in first and scheme not in _BROKERS:
        yield finding(
            "broker_url", Effect.REFUSED, f"the relay does not publish to {scheme}",
            "Use Valkey, Redis (not behind Sentinel) or RabbitMQ.",
        )  # fmt: skip
    unknown = sorted(
        set(conf.broker_transport_options or {}) - PLACING_OPTIONS - {"visibility_timeout"}
    )
    if unknown:
        yield finding(
            "broker_transport_options", Effect.DIFFERENT,
            f"the relay does not honour {', '.join(unknown)}",
            "Put TLS into the relay's address; for the rest see docs/adopt.md, Broker options.",
        )  # fmt: skip
    if conf.broker_use_ssl:
        yield finding(
            "broker_use_ssl", Effect.DIFFERENT, "the relay only reads its address",
            "Give the relay rediss://…?ssl_ca_certs=… or amqps://….",
        )  # fmt: skip


def place_of(found: Application, name: str) -> tuple[str, int]:
    """Where a setting is set; the application's module if the code does not show it."""
    suffixes = {name, name.upper(), f"CELERY_{name.upper()}", _SET_BY.get(name, name)}
    if name == "result_backend":
        suffixes.add("backend")
    if name == "broker_url":
        suffixes.add("broker")
    for source in found.sources.values():
        for node in ast.walk(source.tree):
            if _names(node) & suffixes:
                return source.file, getattr(node, "lineno", 1)
    return found.module, 1


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.keyword):
        return {node.arg or ""}
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return {node.attr}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()

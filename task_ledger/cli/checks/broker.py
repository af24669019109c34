"""Check that the broker answers, keeps what it was given, and has room."""

from collections.abc import Iterator
from typing import Any, Final

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.ops.settings import Settings, SettingsError

_TIMEOUT_S: Final = 3
_NEARLY: Final = 0.8

BROKER_UNSET: Final = failure(
    "broker_unset",
    "broker",
    "No broker is set.",
    "Set TASK_LEDGER_BROKER_URL, or start `task-ledger up` in this folder.",
)
BROKER_UNREACHABLE: Final = failure(
    "broker_unreachable",
    "broker",
    "The broker does not answer within 3 s.",
    "Start it, or correct TASK_LEDGER_BROKER_URL. Until then, tasks wait in the outbox.",
)
BROKER_READ_ONLY: Final = failure(
    "broker_read_only",
    "broker",
    "Valkey or Redis is a replica, which takes no messages.",
    "Set TASK_LEDGER_BROKER_URL to the primary, or make this server one with REPLICAOF NO ONE.",
)
BROKER_EVICTS: Final = warning(
    "broker_evicts",
    "broker",
    "Valkey or Redis may drop messages when its memory is full.",
    "Set maxmemory-policy noeviction.",
)
BROKER_FORGETS: Final = warning(
    "broker_forgets",
    "broker persistence",
    "Valkey or Redis writes no append-only file: a restart loses the messages in it.",
    "Set appendonly yes. Lost messages are only sent again after TASK_LEDGER_REDISPATCH_AFTER_S.",
)
BROKER_CANNOT_SAVE: Final = failure(
    "broker_cannot_save",
    "broker persistence",
    "Valkey or Redis failed to write to its disk.",
    "Look at its log, and at the space and permissions of its folder.",
)
BROKER_NEARLY_FULL: Final = warning(
    "broker_nearly_full",
    "broker memory",
    "Four fifths of the memory of Valkey or Redis are used.",
    "`task-ledger queues` shows what waits: start workers, or raise maxmemory. When it is full,"
    " messages are refused and wait in the outbox.",
    fails="when all is used",
)


def broker(settings: Settings) -> Iterator[Check]:
    """Check that the broker can be reached; of Valkey and Redis, also persistence and memory."""
    # Slow to import; other commands do not need it.
    from task_ledger.ops.broker import reach

    try:
        url = settings.broker()
    except SettingsError as error:
        yield BROKER_UNSET.found(str(error))
        return
    try:
        with reach(url, _TIMEOUT_S) as connection:
            kind = connection.transport.driver_type
            found = list(_redis(connection.default_channel)) if kind == "redis" else []
    except Exception as error:  # noqa: BLE001 (each transport has errors of its own)
        if "MISCONF" in str(error):
            # Valkey and Redis then refuse every command, PING too.
            yield BROKER_CANNOT_SAVE.found("saving a snapshot failed; it takes no messages")
            return
        yield BROKER_UNREACHABLE.found(f"cannot be reached ({type(error).__name__})")
    else:
        yield from found or [ok("broker", kind)]


def _redis(channel: Any) -> Iterator[Check]:
    from redis.exceptions import NoPermissionError

    try:
        told: dict[str, Any] = channel.client.info()
    except NoPermissionError:
        yield ok("broker", "answers; this user may not read its state (INFO)")
        return
    name = (
        f"{told.get('server_name', 'redis')} {told.get('valkey_version') or told['redis_version']}"
    )
    policy = told.get("maxmemory_policy")
    if told.get("role") != "master":
        yield BROKER_READ_ONLY.found(f"{name} is a replica of {told.get('master_host')}")
    elif policy != "noeviction":
        yield BROKER_EVICTS.found(f"{name} evicts by {policy}: it may drop messages")
    else:
        yield ok("broker", name)
    failed = [
        what
        for what, field in (
            ("writing the append-only file", "aof_last_write_status"),
            ("rewriting the append-only file", "aof_last_bgrewrite_status"),
            ("saving a snapshot", "rdb_last_bgsave_status"),
        )
        if told.get(field, "ok") != "ok"
    ]
    if failed:
        yield BROKER_CANNOT_SAVE.found(f"{', '.join(failed)} failed")
    elif not told.get("aof_enabled"):
        yield BROKER_FORGETS.found("appendonly is no")
    used, limit = int(told.get("used_memory", 0)), int(told.get("maxmemory", 0))
    if limit and used >= _NEARLY * limit:
        yield BROKER_NEARLY_FULL.found(
            f"{used / 2**20:.1f} MiB of {limit / 2**20:.1f} MiB are used", fails=used >= limit
        )

"""Conditions that statements of a superuser bring about and undo."""

from dataclasses import dataclass

from tests.task_ledger.cli.conditions.system import System

LEASE = (
    "INSERT INTO task_ledger.worker_lease (boot, began_at, renewed_at, expires_at, ended_at, pid,"
    " worker, host, live, live_before) VALUES ('00000000-0000-7000-8000-000000000001',"
    " now() - interval '1 hour', now() - interval '10 min', now() - interval '9 min', {ended}, 7,"
    " 'ocr@host', 'host', '{{}}', '{{}}')"
)
MONTH = "to_char(now() AT TIME ZONE 'UTC' + interval '{ahead} months', 'YYYYMM')::integer"
OUTBOX = "INSERT INTO task_ledger.outbox (due_at, try_at, message_id, tries) VALUES"


@dataclass(frozen=True)
class Case:
    """A condition in the database.

    Attributes:
        code: the condition.
        begin, undo: statements, separated by semicolons.
        told: a part of what doctor finds.
        also: further conditions that come with it.
    """

    code: str
    begin: str
    undo: str
    told: str
    also: frozenset[str] = frozenset()

    def __call__(self, system: System) -> None:
        """Bring it about, and undo it when the test ends."""
        system.undo.callback(system.execute, *_statements(self.undo))
        system.execute(*_statements(self.begin))


def _statements(text: str) -> list[str]:
    return [each for each in text.split(";") if each.strip()]


def _kept(table: str) -> tuple[str, str]:
    """Statements that keep a table's rows, and that put them back."""
    keep = f"DROP TABLE IF EXISTS kept; CREATE TEMP TABLE kept AS TABLE task_ledger.{table};"
    return keep, f"DELETE FROM task_ledger.{table}; INSERT INTO task_ledger.{table} TABLE kept"


def _rows(code: str, table: str, change: str, told: str, *also: str) -> Case:
    keep, put_back = _kept(table)
    return Case(code, f"{keep} {change}", put_back, told, frozenset(also))


def _inserted(code: str, table: str, insert: str, told: str) -> Case:
    return Case(code, insert, f"DELETE FROM task_ledger.{table}", told)


_DATABASE = "task_ledger"
_CHANNEL = (
    "INSERT INTO task_ledger.notification_channel VALUES ('ops', 'mail', 'a@b', NULL, 'a@b', 'x');"
    " INSERT INTO task_ledger.notification (channel, trigger, try_at, state) VALUES ('ops',"
    " 'queue.stuck', now() - interval '2 min', '{state}')"
)
_NO_CHANNEL = "DELETE FROM task_ledger.notification; DELETE FROM task_ledger.notification_channel"

SERVER = (
    Case(
        "database_read_only",
        f"ALTER DATABASE {_DATABASE} SET default_transaction_read_only = on",
        f"ALTER DATABASE {_DATABASE} RESET default_transaction_read_only",
        "read-only by default",
        # Comparing functions creates them for the time of a transaction.
        frozenset({"functions_uncompared"}),
    ),
    Case(
        "collation_changed",
        "UPDATE pg_database SET datcollversion = '0' WHERE datname = current_database()",
        "UPDATE pg_database SET datcollversion = pg_database_collation_actual_version(oid)"
        " WHERE datname = current_database()",
        "version 0, the system has ",
    ),
    Case(
        "freeze_late",
        "CREATE TEMP TABLE frozen AS SELECT datfrozenxid FROM pg_database WHERE datname ="
        " current_database(); UPDATE pg_database SET datfrozenxid = ((pg_current_xact_id()::text"
        "::bigint - 1200000000 + 4294967296) % 4294967296)::text::xid"
        " WHERE datname = current_database()",
        "UPDATE pg_database SET datfrozenxid = (SELECT datfrozenxid FROM frozen)"
        " WHERE datname = current_database(); DROP TABLE frozen",
        "the oldest is 1,200,000,",
    ),
    Case(
        "autovacuum_off",
        "ALTER TABLE task_ledger.outbox SET (autovacuum_enabled = false)",
        "ALTER TABLE task_ledger.outbox RESET (autovacuum_enabled)",
        "off for task_ledger.outbox",
    ),
    Case(
        "dead_rows_many",
        "INSERT INTO task_ledger.queue_depth (queue, asked_at) SELECT n::text, now()"
        " FROM generate_series(1, 25000) AS n; DELETE FROM task_ledger.queue_depth;"
        " SELECT pg_stat_force_next_flush()",
        "VACUUM task_ledger.queue_depth; SELECT pg_stat_force_next_flush()",
        "queue_depth has 25,000 dead rows of 0",
    ),
    Case(
        "slot_unused",
        "SELECT pg_create_physical_replication_slot('standby_1', true)",
        "SELECT pg_drop_replication_slot('standby_1')",
        "standby_1 keeps ",
    ),
    Case(
        "connections_too_few",
        "ALTER ROLE task_ledger_projector_login CONNECTION LIMIT 4",
        "ALTER ROLE task_ledger_projector_login CONNECTION LIMIT 15",
        "projector needs 6 of 4",
    ),
)

ROLES = (
    Case(
        "sessions_limited",
        "ALTER ROLE task_ledger_worker_login SET statement_timeout = '90s'",
        "ALTER ROLE task_ledger_worker_login RESET statement_timeout",
        "statement_timeout is 90 s",
    ),
    Case(
        "isolation_wrong",
        "ALTER ROLE task_ledger_api_login SET default_transaction_isolation = 'serializable'",
        "ALTER ROLE task_ledger_api_login RESET default_transaction_isolation",
        "that of api is serializable",
    ),
    Case(
        "grants_missing",
        "REVOKE EXECUTE ON FUNCTION task_ledger.end_lease(uuid) FROM task_ledger_worker;"
        " REVOKE SELECT (due_at) ON task_ledger.outbox FROM task_ledger_api",
        "GRANT EXECUTE ON FUNCTION task_ledger.end_lease(uuid) TO task_ledger_worker;"
        " GRANT SELECT (due_at) ON task_ledger.outbox TO task_ledger_api",
        "task_ledger_api lacks SELECT on task_ledger.outbox.due_at; task_ledger_worker lacks"
        " EXECUTE on task_ledger.end_lease(uuid)",
    ),
    Case(
        "log_writable",
        "GRANT INSERT ON task_ledger.task_event TO task_ledger_worker",
        "REVOKE INSERT ON task_ledger.task_event FROM task_ledger_worker",
        "task_ledger_worker may INSERT task_ledger.task_event",
    ),
    Case(
        "private_readable",
        "GRANT SELECT (body) ON task_ledger.message TO task_ledger_worker",
        "REVOKE SELECT (body) ON task_ledger.message FROM task_ledger_worker",
        "task_ledger_worker may read task_ledger.message",
    ),
    Case(
        "public_may_call",
        "GRANT EXECUTE ON FUNCTION task_ledger.append_many(json) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION task_ledger.append_many(json) FROM PUBLIC",
        "may call task_ledger.append_many(json)",
    ),
    Case(
        "other_databases",
        "GRANT CONNECT ON DATABASE postgres TO task_ledger_worker",
        "REVOKE CONNECT ON DATABASE postgres FROM task_ledger_worker",
        "may connect to postgres too",
    ),
    Case(
        "public_may_connect",
        f"GRANT CONNECT ON DATABASE {_DATABASE} TO PUBLIC",
        f"REVOKE CONNECT ON DATABASE {_DATABASE} FROM PUBLIC",
        "every login",
    ),
)

SCHEMA = (
    _rows("migrations_waiting", "migration", "DELETE FROM task_ledger.migration", "waiting: 0001"),
    _rows(
        "release_older",
        "migration",
        "UPDATE task_ledger.migration SET version_num = '9999'",
        "at revision 9999",
    ),
    Case(
        "index_invalid",
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'task_ledger.outbox_try_at'::regclass",
        "UPDATE pg_index SET indisvalid = true"
        " WHERE indexrelid = 'task_ledger.outbox_try_at'::regclass",
        "task_ledger.outbox_try_at",
    ),
    Case(
        "table_unlogged",
        "ALTER TABLE task_ledger.queue_depth SET UNLOGGED",
        "ALTER TABLE task_ledger.queue_depth SET LOGGED",
        "task_ledger.queue_depth",
    ),
    Case(
        "rows_hidden",
        "ALTER TABLE task_ledger.saved_view ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE task_ledger.saved_view DISABLE ROW LEVEL SECURITY",
        "task_ledger.saved_view",
    ),
    Case(
        "writes_rewritten",
        "CREATE RULE lose AS ON INSERT TO task_ledger.outbox DO INSTEAD NOTHING",
        "DROP RULE lose ON task_ledger.outbox",
        "lose on task_ledger.outbox",
    ),
    Case(
        "feed_sequences_wrong",
        "ALTER SEQUENCE task_ledger.feed_3 CACHE 32",
        "ALTER SEQUENCE task_ledger.feed_3 CACHE 1",
        "feed_3 has CACHE 32",
    ),
    _rows(
        "feed_went_back",
        "checkpoint",
        "UPDATE task_ledger.checkpoint SET cursor = cursor + 7 WHERE shard = 3",
        "feed 3 is at ",
    ),
    Case(
        "log_unprotected",
        "ALTER TABLE task_ledger.task_event_0 DISABLE TRIGGER refuse_change",
        "ALTER TABLE task_ledger.task_event_0 ENABLE TRIGGER refuse_change",
        "task_ledger.task_event_0 can be changed",
        frozenset({"triggers_altered"}),
    ),
    Case(
        "triggers_altered",
        "ALTER TABLE task_ledger.task_record DISABLE TRIGGER count_updated",
        "ALTER TABLE task_ledger.task_record ENABLE TRIGGER count_updated",
        "count_updated on task_ledger.task_record is disabled",
    ),
    Case(
        "functions_altered",
        "ALTER FUNCTION task_ledger.append_many(json) SECURITY INVOKER",
        "ALTER FUNCTION task_ledger.append_many(json) SECURITY DEFINER",
        "append_many is another one",
    ),
    Case(
        "functions_uncompared",
        f"REVOKE TEMPORARY ON DATABASE {_DATABASE} FROM PUBLIC",
        f"GRANT TEMPORARY ON DATABASE {_DATABASE} TO PUBLIC",
        "cannot be compared",
    ),
    _rows(
        "partitions_missing",
        "bucket",
        f"DELETE FROM task_ledger.bucket WHERE bucket = {MONTH.format(ahead=2)}",
        "none for ",
    ),
    _rows(
        "retirement_unfinished",
        "bucket",
        f"UPDATE task_ledger.bucket SET closing_at = now() WHERE bucket = {MONTH.format(ahead=9)}",
        "and has not left",
    ),
    _rows(
        "retirement_incomplete",
        "bucket",
        f"UPDATE task_ledger.bucket SET closed_at = now() WHERE bucket = {MONTH.format(ahead=0)}",
        "records of its tasks are still there",
        "partitions_missing",
    ),
    _rows(
        "archive_missing",
        "bucket",
        "INSERT INTO task_ledger.bucket (bucket, closed_at) VALUES (202001, now())",
        "that of 2020-01: ",
    ),
)

WORK = (
    _inserted(
        "tasks_in_quarantine",
        "dead_letter",
        "INSERT INTO task_ledger.dead_letter VALUES ('projector', gen_random_uuid(), 3, 'a gap')",
        "v3: a gap",
    ),
    _inserted(
        "messages_unpublished",
        "outbox",
        f"{OUTBOX} (now() - interval '2 min', now(), 1, 0)",
        "1 messages are due, the oldest for 12",
    ),
    _inserted(
        "messages_refused",
        "outbox",
        f"{OUTBOX} (now() + interval '2 min', now() + interval '2 min', 1, 4)",
        "1 messages, tried up to 4 times",
    ),
    _inserted("workers_lost", "worker_lease", LEASE.format(ended="NULL"), "lost: ocr@host"),
    Case(
        "attempts_stranded",
        LEASE.format(ended="now() - interval '5 min'")
        + "; "
        + _kept("task_record")[0]
        + " UPDATE task_ledger.task_record SET state = 'started', completed_at = NULL,"
        " boot = '00000000-0000-7000-8000-000000000001'",
        f"DELETE FROM task_ledger.worker_lease; {_kept('task_record')[1]}",
        "1 of workers that are gone",
    ),
    _inserted(
        "schedules_unwatched",
        "beat_entry",
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, next_run_at, watched_until)"
        " VALUES ('nightly', now() - interval '1 day', now() - interval '5 min',"
        " now() - interval '4 min')",
        "nightly is due for 5 min",
    ),
    _inserted(
        "schedule_fails",
        "beat_entry",
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, next_run_at, watched_until,"
        " failure) VALUES ('nightly', now(), now() + interval '1 day', now() + interval '1 min',"
        " 'NotRegistered')",
        "nightly: NotRegistered",
    ),
    Case("notifier_behind", _CHANNEL.format(state="waiting"), _NO_CHANNEL, "1 are due; "),
    Case("notifications_given_up", _CHANNEL.format(state="dead"), _NO_CHANNEL, "1 were given up"),
    Case(
        "queue_unconsumed",
        f"{_kept('task_record')[0]} UPDATE task_ledger.task_record SET state = 'registered',"
        " completed_at = NULL, attempt_started_at = NULL, queue = 'ocr',"
        " created_at = now() - interval '1 hour'",
        _kept("task_record")[1],
        "1 tasks wait in ocr, the first for 60 min",
    ),
    _inserted(
        "queue_paused_long",
        "queue_pause",
        "INSERT INTO task_ledger.queue_pause VALUES ('ocr', now() - interval '2 days', 'anna',"
        " 'the provider is down')",
        "by anna: the provider is down",
    ),
)

IN_THE_DATABASE = (*SERVER, *ROLES, *SCHEMA, *WORK)

"""Who may do what, as one literal table. What is not in it, nobody but the owner may do."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql

from tests.servers import Database

API, WORKER, PROJECTOR, AUDITOR = "api", "worker", "projector", "auditor"
SEALER, ERASER, NOTIFIER = "sealer", "eraser", "notifier"
EVERYBODY = {API, WORKER, PROJECTOR, AUDITOR}
ROLES = EVERYBODY | {SEALER, ERASER, NOTIFIER}

FUNCTIONS = {
    "access_digest": set[str](),
    "admit_erasure": set[str](),
    "erase": {ERASER},
    "erase_record": set[str](),
    "erased": {ERASER},
    "private_fields": {ERASER},
    "record_access": {API, AUDITOR},
    "read_tracebacks": {AUDITOR},
    "record_sign_in": set[str](),
    "create_token": {API},
    "rotate_token": {API},
    "revoke_token": {API},
    "note_token_use": {API},
    "open_person_session": {API},
    "open_token_session": {API},
    "record_token_change": set[str](),
    "append": {WORKER, PROJECTOR},
    "append_general": set[str](),
    "append_many": {WORKER},
    "begin_write": set[str](),
    "wait_for_disk": set[str](),
    "add_histogram": {PROJECTOR},
    "count_slot": {PROJECTOR, AUDITOR},
    "histogram": {PROJECTOR, AUDITOR},
    "histogram_slot": {PROJECTOR, AUDITOR},
    "rollups_of": {PROJECTOR, AUDITOR},
    "recount_rollups": {PROJECTOR},
    "schema_revision": ROLES,
    "bucket_of": ROLES - {NOTIFIER},
    "version_of": ROLES - {NOTIFIER},
    "drawn_at": ROLES - {NOTIFIER},
    "check_append": set[str](),
    "add_failures": set[str](),
    "check_asker": set[str](),
    "check_event": set[str](),
    "may_ask": set[str](),
    "check_many": set[str](),
    "check_message": set[str](),
    "check_task": set[str](),
    "check_version": set[str](),
    "count_failures": set[str](),
    "count_tasks": set[str](),
    "failure_of": set[str](),
    "handle_failure": {API},
    "save_view": {API},
    "digest": set[str](),
    "dispatch_again": {PROJECTOR},
    "end_lease": {WORKER},
    "draft_action": {API},
    "enqueue": {API, WORKER, PROJECTOR},
    "enqueue_many": {API, WORKER},
    "enqueue_next": {API, WORKER},
    "epoch": EVERYBODY,
    "feed_heads": EVERYBODY,
    "outcome_for": set[str](),
    "last_event": set[str](),
    "is_closing": set[str](),
    "first_id": set[str](),
    "retirement_obstacles": set[str](),
    "close_bucket": set[str](),
    "writers_left": set[str](),
    "reopen_bucket": set[str](),
    "prepare_retirement": set[str](),
    "retire_bucket": set[str](),
    "forget_retired": set[str](),
    "place_hold": set[str](),
    "release_hold": set[str](),
    "lock_key": EVERYBODY,
    "may_follow": set[str](),
    "next_feed": set[str](),
    "note": {API, WORKER, PROJECTOR},
    "check_pause": set[str](),
    "pause_queue": {API},
    "resume_queue": {API},
    "start_schedule": {API},
    "open_bucket": {PROJECTOR},
    "open_buckets": {PROJECTOR},
    "recount_failures": {PROJECTOR},
    "recount_tasks": {PROJECTOR},
    "repair_feeds": {PROJECTOR},
    "check_project_change": set[str](),
    "name_project": {API},
    "hide_project": {API},
    "unhide_project": {API},
    "refuse_change": set[str](),
    "refuse_isolation": set[str](),
    "register": set[str](),
    "registrable": set[str](),
    "renew_lease": {WORKER},
    "request_cancel": {API, WORKER, PROJECTOR},
    "request_retry": {API, WORKER, PROJECTOR},
    "send": {WORKER},
    "send_on_failure": {API, WORKER},
    "shard_of": EVERYBODY | {ERASER},
    "start_action": {API},
    "stop_action": {API},
    "storable": set[str](),
    "store_message": set[str](),
    "take_next_steps": {PROJECTOR},
    "traceback_hashes": {AUDITOR},
    "mark_dependents": set[str](),
    "this_month": set[str](),
    "try_begin_write": set[str](),
    "unsettled": EVERYBODY,
    "decide_append": set[str](),
    "write_event": set[str](),
}

READ = {
    "access_log": {API, AUDITOR},
    "action": {API, PROJECTOR},
    "action_task": {API, PROJECTOR},
    "access_token": {API},
    "beat_entry": {WORKER, API, AUDITOR},
    "bucket": EVERYBODY | {ERASER},
    "checkpoint": EVERYBODY,
    "dead_letter": EVERYBODY,
    "queue_depth": {API, AUDITOR, PROJECTOR},
    "queue_pause": {API, AUDITOR, PROJECTOR},
    "failure_group": {API, AUDITOR, PROJECTOR, NOTIFIER},
    "failure_handling": {API, AUDITOR, PROJECTOR},
    "failure_hour": {API, AUDITOR, PROJECTOR},
    "message": {PROJECTOR},
    "migration": set[str](),
    "next_step": {PROJECTOR},
    "notification": {API, AUDITOR, NOTIFIER},
    "notification_channel": {NOTIFIER},
    "notification_condition": {NOTIFIER},
    "notification_cursor": {AUDITOR, NOTIFIER},
    "notification_quiet": {NOTIFIER},
    "notification_rule": {API, AUDITOR, NOTIFIER},
    "outbox": {PROJECTOR},
    "project": {API, AUDITOR},
    "project_bucket": EVERYBODY | {SEALER},
    "project_head": EVERYBODY | {SEALER, NOTIFIER},
    "project_timeline": EVERYBODY | {SEALER, NOTIFIER},
    "redispatch": {API, PROJECTOR},
    "saved_view": {API, AUDITOR},
    "retired_project": {API, PROJECTOR, AUDITOR},
    "retired_leaf": {API, AUDITOR, SEALER},
    "legal_hold": {AUDITOR},
    "task_count": EVERYBODY,
    "task_event": EVERYBODY | {ERASER},
    "task_rollup": {API, AUDITOR, PROJECTOR},
    "usual_duration": {API, AUDITOR, PROJECTOR, NOTIFIER},
    "task_record": EVERYBODY | {NOTIFIER},
    "termination": {WORKER, PROJECTOR},
    "traceback": set[str](),
    "web_session": {API},
    "worker_lease": EVERYBODY,
}
"""Who may read a whole table."""

COLUMNS_READ = {
    "message": {ERASER: {"id", "task_id"}},
    "traceback": {
        ERASER: {"task_id", "version"},
        AUDITOR: {"task_id", "version", "recorded_at"},
    },
    "next_step": {
        API: {"id", "after", "task_id", "ready_at", "outcome"},
        AUDITOR: {"id", "after", "task_id", "ready_at", "outcome"},
        NOTIFIER: {"task_id", "ready_at"},
    },
    "outbox": {
        API: {"id", "due_at", "try_at", "task_id", "attempt", "tries", "held"},
        AUDITOR: {"id", "due_at", "try_at", "task_id", "attempt", "tries", "held"},
        NOTIFIER: {"due_at", "try_at", "task_id", "held"},
    },
    "notification_channel": {
        API: {
            *("name", "kind", "shown", "made_by", "made_at"),
            *("sent_at", "failing_since", "last_error"),
        }
    },
    "dead_letter": {NOTIFIER: {"follower", "task_id"}},
    "access_log": {SEALER: {"seq", "digest"}},
    "bucket": {SEALER: {"bucket", "closed_at", "events", "root"}},
    "retired_project": {SEALER: {"project_id", "bucket", "last_seq"}},
    "task_event": {SEALER: {"bucket", "task_id", "version", "project_id", "digest"}},
}
"""Who else may read some columns of a table."""

WRITE = {
    ("INSERT", "beat_entry"): {WORKER},
    ("UPDATE", "beat_entry"): {WORKER},
    ("INSERT", "dead_letter"): {PROJECTOR},
    ("UPDATE", "dead_letter"): {PROJECTOR},
    ("DELETE", "action"): {PROJECTOR},
    ("DELETE", "action_task"): {PROJECTOR},
    ("DELETE", "dead_letter"): {PROJECTOR},
    ("DELETE", "message"): {PROJECTOR},
    ("DELETE", "outbox"): {PROJECTOR},
    ("DELETE", "failure_hour"): {PROJECTOR},
    **{(right, "queue_depth"): {PROJECTOR} for right in ("INSERT", "UPDATE", "DELETE")},
    ("INSERT", "notification"): {API, NOTIFIER},
    ("UPDATE", "notification"): {NOTIFIER},
    ("DELETE", "notification"): {NOTIFIER},
    ("INSERT", "notification_channel"): {API},
    ("DELETE", "notification_channel"): {API},
    ("INSERT", "notification_rule"): {API},
    ("DELETE", "notification_rule"): {API, NOTIFIER},
    **{
        (right, f"notification_{name}"): {NOTIFIER}
        for right in ("INSERT", "UPDATE", "DELETE")
        for name in ("condition", "cursor", "quiet")
    },
    ("INSERT", "project_bucket"): {PROJECTOR},
    ("UPDATE", "project_bucket"): {PROJECTOR},
    ("INSERT", "project_head"): {PROJECTOR},
    ("UPDATE", "project_head"): {PROJECTOR},
    ("INSERT", "project_timeline"): {PROJECTOR},
    ("INSERT", "redispatch"): {PROJECTOR},
    ("UPDATE", "redispatch"): {PROJECTOR},
    ("DELETE", "redispatch"): {PROJECTOR},
    ("DELETE", "saved_view"): {API},
    ("INSERT", "task_record"): {PROJECTOR},
    ("UPDATE", "task_record"): {PROJECTOR},
    ("DELETE", "task_record"): {PROJECTOR},
    **{(right, "usual_duration"): {PROJECTOR} for right in ("INSERT", "UPDATE", "DELETE")},
    ("INSERT", "task_rollup"): {PROJECTOR},
    ("UPDATE", "task_rollup"): {PROJECTOR},
    ("DELETE", "task_rollup"): {PROJECTOR},
    ("DELETE", "termination"): {PROJECTOR},
    ("DELETE", "worker_lease"): {PROJECTOR},
}

COLUMNS_UPDATED = {
    ("notification", API): {"state", "try_at", "tries", "ended_at"},
    ("notification_channel", API): {
        *("kind", "address", "secret", "shown", "made_by", "made_at"),
        *("sent_at", "failing_since", "last_error"),
    },
    ("notification_channel", NOTIFIER): {"sent_at", "failing_since", "last_error"},
    ("notification_rule", API): {
        *("channel", "query", "quiet_s", "after_s"),
        *("active_since", "paused_at", "changed_by", "changed_at"),
    },
    ("web_session", API): {"cookie_hash", "signed_in_at"},
    ("checkpoint", PROJECTOR): {"cursor", "gaps", "old_gaps", "updated_at"},
    ("action", PROJECTOR): {"ended_at", "reason"},
    ("action_task", PROJECTOR): {"outcome", "detail", "done_at"},
    ("message", PROJECTOR): {"forget_at"},
    ("outbox", PROJECTOR): {"try_at", "tries", "last_error", "sends", "begun_at", "held"},
}

PARTITIONS = [r"task\_event\_%", r"project\_timeline\_%"]


def roles_with(connection: Connection[Any], function: str, object_: str, right: str) -> set[str]:
    rows = connection.execute(
        f"SELECT r FROM unnest(%s::text[]) r WHERE {function}('task_ledger_' || r, %s, %s)",  # pyright: ignore[reportArgumentType]
        (sorted(ROLES), object_, right),
    )
    return {row[0] for row in rows}


def test_each_role_may_call_what_it_needs_and_nothing_else(owner: Connection[Any]) -> None:
    rows = owner.execute(
        "SELECT proname, oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'task_ledger'::regnamespace"
    ).fetchall()
    found = {
        name: roles_with(owner, "has_function_privilege", signature, "EXECUTE")
        for name, signature in rows
    }
    assert found == FUNCTIONS


def test_each_role_may_read_what_it_needs_and_nothing_else(owner: Connection[Any]) -> None:
    found = {
        name: roles_with(owner, "has_table_privilege", f"task_ledger.{name}", "SELECT")
        for name in tables(owner)
    }
    assert found == READ
    for name, readers in found.items():
        for role in ROLES - readers:
            columns = columns_with(owner, role, name, "SELECT")
            assert columns == COLUMNS_READ.get(name, {}).get(role, set()), (name, role)


def test_each_role_may_write_what_it_needs_and_nothing_else(owner: Connection[Any]) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for name in tables(owner):
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            roles = roles_with(owner, "has_table_privilege", f"task_ledger.{name}", right)
            if roles:
                found[right, name] = roles
    assert found == WRITE
    for name in tables(owner):
        for role in ROLES - WRITE.get(("UPDATE", name), set()):
            columns = columns_with(owner, role, name, "UPDATE")
            assert columns == COLUMNS_UPDATED.get((name, role), set()), (name, role)


def test_nobody_but_the_owner_touches_partitions_and_sequences_directly(
    owner: Connection[Any],
) -> None:
    rows = owner.execute(
        "SELECT oid::regclass::text, relkind FROM pg_class"
        " WHERE relnamespace = 'task_ledger'::regnamespace"
        " AND (relkind = 'S' OR relname LIKE ANY (%s) AND relkind = 'r')",
        (PARTITIONS,),
    ).fetchall()
    assert len(rows) > 16 + 12
    for name, kind in rows:
        rights = ("USAGE", "SELECT", "UPDATE") if kind == "S" else ("SELECT", "INSERT", "TRUNCATE")
        function = "has_sequence_privilege" if kind == "S" else "has_table_privilege"
        for right in rights:
            assert roles_with(owner, function, name, right) == set(), (name, right)


def test_public_may_do_nothing_not_even_with_what_is_made_later(owner: Connection[Any]) -> None:
    owner.execute("CREATE FUNCTION task_ledger.made_later() RETURNS integer LANGUAGE sql RETURN 1")
    owner.execute("DROP FUNCTION task_ledger.shard_of(text) CASCADE")
    owner.execute(
        "CREATE FUNCTION task_ledger.shard_of(text) RETURNS smallint LANGUAGE sql RETURN"
        " 1::smallint"
    )
    owner.execute("CREATE TABLE task_ledger.made_later (id integer)")
    granted = owner.execute(
        "SELECT oid::regprocedure::text FROM pg_proc,"
        " aclexplode(coalesce(proacl,"
        " acldefault('f', proowner)))"
        " WHERE pronamespace = 'task_ledger'::regnamespace AND grantee = 0"
        " UNION ALL SELECT oid::regclass::text FROM pg_class, aclexplode(relacl)"
        " WHERE relnamespace = 'task_ledger'::regnamespace AND grantee = 0"
        " UNION ALL SELECT nspname FROM pg_namespace, aclexplode(nspacl)"
        " WHERE nspname = 'task_ledger' AND grantee = 0"
    ).fetchall()
    assert granted == []


@pytest.mark.parametrize("table", ["traceback", "message"])
def test_the_api_cannot_read_tracebacks_or_messages(database: Database, table: str) -> None:
    with (
        psycopg.connect(database.url_for("api")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("TABLE {}").format(sql.Identifier("task_ledger", table)))


@pytest.mark.parametrize("role", ["worker", "projector", "auditor"])
def test_only_the_api_can_read_the_hashes_of_tokens_and_sessions(
    database: Database, role: Any
) -> None:
    for table in ("access_token", "web_session"):
        with (
            psycopg.connect(database.url_for(role)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(sql.SQL("TABLE {}").format(sql.Identifier("task_ledger", table)))


def test_every_function_that_runs_as_its_owner_has_its_search_path_fixed(
    owner: Connection[Any],
) -> None:
    rows = owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'task_ledger'::regnamespace AND prosecdef"
        " AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=pg_catalog, pg_temp']"
    ).fetchall()
    assert rows == []


def tables(connection: Connection[Any]) -> list[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'task_ledger'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm') AND relname NOT LIKE ALL (%s)",
        (PARTITIONS,),
    )
    return sorted(row[0] for row in rows)


def columns_with(connection: Connection[Any], role: str, table: str, right: str) -> set[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = ('task_ledger.' || %s::text)::regclass"
        " AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege('task_ledger_' || %s, attrelid, attnum, %s)",
        (table, role, right),
    )
    return {row[0] for row in rows}

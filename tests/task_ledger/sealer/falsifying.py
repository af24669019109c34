"""What an owner of the database may do to a log, and who finds it.

Each is done with the triggers off, and so that as much as can fit does: digests, timelines and
records are made anew where that is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

import psycopg

from tests.histories import completed
from tests.task_ledger.sealer.databases import (
    chain_anew,
    delete_events,
    number,
    records_anew,
    renumber,
)

PROJECT: Final = "Straße\n9 —\tProjekt"
Owner: TypeAlias = psycopg.Connection[Any]


def change_one_byte(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET actor = 'celery@onf' WHERE task_id = %s AND version = 2",
        [tasks[0]],
    )


def change_an_actor(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET actor = 'nobody' WHERE task_id = %s AND version = 2",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])


def change_an_actor_and_the_record(owner: Owner, tasks: list[UUID]) -> None:
    change_an_actor(owner, tasks)
    records_anew(owner)


def change_a_time(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET occurred_at = occurred_at - interval '1 day'"
        " WHERE task_id = %s",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])
    records_anew(owner)


def drop_a_task(owner: Owner, tasks: list[UUID]) -> None:
    delete_events(owner, "task_id = %s", tasks[0])
    renumber(owner, PROJECT)
    records_anew(owner)


def drop_a_task_from_the_log_alone(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("DELETE FROM task_ledger.task_event WHERE task_id = %s", [tasks[0]])


def drop_a_task_s_tail(owner: Owner, tasks: list[UUID]) -> None:
    delete_events(owner, "task_id = %s AND version > 2", tasks[0])
    renumber(owner, PROJECT)
    records_anew(owner)


def drop_the_last_events(owner: Owner, tasks: list[UUID]) -> None:
    delete_events(owner, "task_id = %s AND version > 2", tasks[3])
    records_anew(owner)


def drop_and_append(owner: Owner, tasks: list[UUID]) -> None:
    drop_the_last_events(owner, tasks)
    completed(owner, PROJECT)
    number(owner)
    records_anew(owner)


def drop_everything(owner: Owner, tasks: list[UUID]) -> None:
    delete_events(owner, "project_id = %s", PROJECT)
    records_anew(owner)


def exchange_two_events(owner: Owner, tasks: list[UUID]) -> None:
    for shift in ("5 - version + 100", "version - 100"):
        owner.execute(
            f"UPDATE task_ledger.task_event SET version = {shift}"
            " WHERE task_id = %s AND version NOT IN (1, 4)",
            [tasks[0]],
        )


def exchange_two_tasks(owner: Owner, tasks: list[UUID]) -> None:
    one, other, aside = tasks[0], tasks[1], UUID(int=tasks[0].int ^ 1)
    for table in ("task_event", "project_timeline"):
        for old, new in ((one, aside), (other, one), (aside, other)):
            owner.execute(
                f"UPDATE task_ledger.{table} SET task_id = %s WHERE task_id = %s", (new, old)
            )
    chain_anew(owner, one, other)
    records_anew(owner)


def move_to_another_project(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET project_id = 'harbour',"
        " shard = task_ledger.shard_of('harbour') WHERE task_id = %s",
        [tasks[1]],
    )
    chain_anew(owner, tasks[1])
    owner.execute("DELETE FROM task_ledger.project_timeline WHERE task_id = %s", [tasks[1]])
    renumber(owner, PROJECT)
    number(owner)
    records_anew(owner)


def exchange_two_numbers(owner: Owner, tasks: list[UUID]) -> None:
    for shift in ("5 - seq + 100", "seq - 100"):
        owner.execute(
            f"UPDATE task_ledger.project_timeline SET seq = {shift}"
            " WHERE project_id = %s AND (seq IN (2, 3) OR seq > 100)",
            [PROJECT],
        )


def append_an_illegal_event(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "INSERT INTO task_ledger.task_event SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'version', 5, 'feed', task_ledger.next_feed(e.shard)))).*"
        " FROM task_ledger.task_event AS e WHERE e.task_id = %s AND e.version = 4",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])
    number(owner)


def change_a_traceback(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("UPDATE task_ledger.traceback SET text = text || ' '")


def delete_a_traceback(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("DELETE FROM task_ledger.traceback")


def change_a_record(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "UPDATE task_ledger.task_record SET status = 'FAILURE' WHERE task_id = %s", [tasks[0]]
    )


def add_a_record(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "INSERT INTO task_ledger.task_record SELECT (jsonb_populate_record(r, jsonb_build_object("
        "'task_id', %s::uuid))).* FROM task_ledger.task_record AS r WHERE r.task_id = %s",
        [UUID(int=tasks[0].int ^ 1), tasks[0]],
    )


def delete_a_record(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("DELETE FROM task_ledger.task_record WHERE task_id = %s", [tasks[0]])


def replace_a_function(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "CREATE OR REPLACE FUNCTION task_ledger.may_follow(p_state task_ledger.event_type,"
        " p_type task_ledger.event_type) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " RETURN true"
    )


def add_a_trigger(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute(
        "CREATE TRIGGER also BEFORE INSERT ON task_ledger.task_event FOR EACH ROW"
        " EXECUTE FUNCTION task_ledger.refuse_change()"
    )


def turn_the_triggers_off(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("ALTER TABLE task_ledger.task_event DISABLE TRIGGER ALL")


def close_a_month_and_empty_it(owner: Owner, tasks: list[UUID]) -> None:
    owner.execute("DELETE FROM task_ledger.task_event WHERE task_id = %s", [tasks[0]])
    owner.execute(
        "UPDATE task_ledger.bucket SET closed_at = clock_timestamp()"
        " WHERE bucket = task_ledger.bucket_of(%s)",
        [tasks[0]],
    )


@dataclass(frozen=True, slots=True)
class Falsification:
    """What was done, and which of `verify`, `export`, `doctor`, `sealer` finds it.

    Attributes:
        found_by: all that find it. `export` is the offline verifier without a seal, on an export
            that was made afterwards; with a seal it finds what `sealed` says.
        sealed: whether the offline verifier finds it with a seal that was kept.
    """

    falsify: Callable[[Owner, list[UUID]], None]
    found_by: frozenset[str]
    sealed: bool

    def __str__(self) -> str:
        return self.falsify.__name__


def _found(
    falsify: Callable[[Owner, list[UUID]], None], *found_by: str, sealed: bool = False
) -> Falsification:
    return Falsification(falsify, frozenset(found_by), sealed)


FALSIFICATIONS: Final = [
    _found(change_one_byte, "verify", "export", sealed=True),
    _found(change_an_actor, "verify", "sealer", sealed=True),
    _found(change_an_actor_and_the_record, "sealer", sealed=True),
    _found(change_a_time, "sealer", sealed=True),
    _found(drop_a_task, "sealer", sealed=True),
    _found(drop_a_task_from_the_log_alone, "verify", "sealer", sealed=True),
    _found(drop_a_task_s_tail, "sealer", sealed=True),
    _found(drop_the_last_events, "sealer", sealed=True),
    _found(drop_and_append, "sealer", sealed=True),
    _found(drop_everything, "sealer", sealed=True),
    _found(exchange_two_events, "verify", "export", "sealer", sealed=True),
    _found(exchange_two_tasks, "sealer", sealed=True),
    _found(move_to_another_project, "sealer", sealed=True),
    _found(exchange_two_numbers, "verify", "export", "sealer", sealed=True),
    _found(append_an_illegal_event, "verify"),
    _found(change_a_traceback, "verify"),
    _found(delete_a_traceback, "verify"),
    _found(change_a_record, "verify"),
    _found(add_a_record, "verify"),
    _found(delete_a_record, "verify"),
    _found(replace_a_function, "doctor", "sealer"),
    _found(add_a_trigger, "doctor", "sealer"),
    _found(turn_the_triggers_off, "doctor", "sealer"),
    _found(close_a_month_and_empty_it, "verify", "sealer", sealed=True),
]

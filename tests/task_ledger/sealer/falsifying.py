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
    heads,
    number,
    records_anew,
    renumber,
)

PROJECT: Final = "Straße\n9 —\tProjekt"
Owner: TypeAlias = psycopg.Connection[Any]


def change_one_byte(owner: Owner, tasks: list[UUID]) -> None:
    """One byte of an event."""
    owner.execute(
        "UPDATE task_ledger.task_event SET actor = 'celery@onf' WHERE task_id = %s AND version = 2",
        [tasks[0]],
    )


def change_an_actor(owner: Owner, tasks: list[UUID]) -> None:
    """An event's actor, with its digests computed anew."""
    owner.execute(
        "UPDATE task_ledger.task_event SET actor = 'nobody' WHERE task_id = %s AND version = 2",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])


def change_an_actor_and_the_record(owner: Owner, tasks: list[UUID]) -> None:
    """An event's actor, with its digests and its record computed anew."""
    change_an_actor(owner, tasks)
    records_anew(owner)


def change_a_time(owner: Owner, tasks: list[UUID]) -> None:
    """A task's times, with its digests and its record computed anew."""
    owner.execute(
        "UPDATE task_ledger.task_event SET occurred_at = occurred_at - interval '1 day'"
        " WHERE task_id = %s",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])
    records_anew(owner)


def drop_a_task(owner: Owner, tasks: list[UUID]) -> None:
    """A task is dropped, the timeline renumbered."""
    delete_events(owner, "task_id = %s", tasks[0])
    renumber(owner, PROJECT)
    records_anew(owner)


def drop_a_task_from_the_log_alone(owner: Owner, tasks: list[UUID]) -> None:
    """A task is dropped, its numbers in the timeline are left."""
    owner.execute("DELETE FROM task_ledger.task_event WHERE task_id = %s", [tasks[0]])


def drop_a_task_with_its_numbers(owner: Owner, tasks: list[UUID]) -> None:
    """A task is dropped with its numbers, the timeline not renumbered."""
    delete_events(owner, "task_id = %s", tasks[0])
    records_anew(owner)


def drop_a_task_s_tail_and_leave_its_numbers(owner: Owner, tasks: list[UUID]) -> None:
    """A task's last events are dropped, their numbers in the timeline are left."""
    owner.execute(
        "DELETE FROM task_ledger.task_event WHERE task_id = %s AND version > 2", [tasks[0]]
    )
    records_anew(owner)


def drop_a_task_s_tail_with_its_numbers(owner: Owner, tasks: list[UUID]) -> None:
    """A task's last events are dropped with their numbers, the timeline not renumbered."""
    delete_events(owner, "task_id = %s AND version > 2", tasks[0])
    records_anew(owner)


def drop_a_task_s_tail(owner: Owner, tasks: list[UUID]) -> None:
    """A task's last events are dropped, the timeline renumbered."""
    delete_events(owner, "task_id = %s AND version > 2", tasks[0])
    renumber(owner, PROJECT)
    records_anew(owner)


def drop_the_last_events(owner: Owner, tasks: list[UUID]) -> None:
    """A project's last events are dropped, with their numbers."""
    delete_events(owner, "task_id = %s AND version > 2", tasks[3])
    heads(owner)
    records_anew(owner)


def drop_and_append(owner: Owner, tasks: list[UUID]) -> None:
    """A project's last events are dropped, and others appended."""
    drop_the_last_events(owner, tasks)
    completed(owner, PROJECT)
    number(owner)
    records_anew(owner)


def drop_everything(owner: Owner, tasks: list[UUID]) -> None:
    """All events of a project are dropped."""
    delete_events(owner, "project_id = %s", PROJECT)
    heads(owner)
    records_anew(owner)


def put_an_older_backup_in_place(owner: Owner, tasks: list[UUID]) -> None:
    """The database is replaced by an older backup."""
    for task_id in tasks[3:]:
        delete_events(owner, "task_id = %s", task_id)
        owner.execute("DELETE FROM task_ledger.traceback WHERE task_id = %s", [task_id])
    heads(owner)
    records_anew(owner)


def exchange_two_events(owner: Owner, tasks: list[UUID]) -> None:
    """Two events of a task are swapped."""
    for shift in ("5 - version + 100", "version - 100"):
        owner.execute(
            f"UPDATE task_ledger.task_event SET version = {shift}"
            " WHERE task_id = %s AND version NOT IN (1, 4)",
            [tasks[0]],
        )


def exchange_two_tasks(owner: Owner, tasks: list[UUID]) -> None:
    """The ids of two tasks are swapped, with their digests computed anew."""
    one, other, aside = tasks[0], tasks[1], UUID(int=tasks[0].int ^ 1)
    for table in ("task_event", "project_timeline"):
        for old, new in ((one, aside), (other, one), (aside, other)):
            owner.execute(
                f"UPDATE task_ledger.{table} SET task_id = %s WHERE task_id = %s", (new, old)
            )
    chain_anew(owner, one, other)
    records_anew(owner)


def move_to_another_project(owner: Owner, tasks: list[UUID]) -> None:
    """A task is moved to another project, with its digests computed anew."""
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
    """Two numbers of a timeline are swapped."""
    for shift in ("5 - seq + 100", "seq - 100"):
        owner.execute(
            f"UPDATE task_ledger.project_timeline SET seq = {shift}"
            " WHERE project_id = %s AND (seq IN (2, 3) OR seq > 100)",
            [PROJECT],
        )


def append_an_illegal_event(owner: Owner, tasks: list[UUID]) -> None:
    """An illegal event is appended, with its digest."""
    owner.execute(
        "INSERT INTO task_ledger.task_event SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'version', 5, 'feed', task_ledger.next_feed(e.shard)))).*"
        " FROM task_ledger.task_event AS e WHERE e.task_id = %s AND e.version = 4",
        [tasks[0]],
    )
    chain_anew(owner, tasks[0])
    number(owner)


def change_a_traceback(owner: Owner, tasks: list[UUID]) -> None:
    """A traceback is changed."""
    owner.execute("UPDATE task_ledger.traceback SET text = text || ' '")


def delete_a_traceback(owner: Owner, tasks: list[UUID]) -> None:
    """A traceback is deleted."""
    owner.execute("DELETE FROM task_ledger.traceback")


def change_a_record(owner: Owner, tasks: list[UUID]) -> None:
    """A record is changed."""
    owner.execute(
        "UPDATE task_ledger.task_record SET status = 'FAILURE' WHERE task_id = %s", [tasks[0]]
    )


def add_a_record(owner: Owner, tasks: list[UUID]) -> None:
    """A record is added."""
    owner.execute(
        "INSERT INTO task_ledger.task_record SELECT (jsonb_populate_record(r, jsonb_build_object("
        "'task_id', %s::uuid))).* FROM task_ledger.task_record AS r WHERE r.task_id = %s",
        [UUID(int=tasks[0].int ^ 1), tasks[0]],
    )


def delete_a_record(owner: Owner, tasks: list[UUID]) -> None:
    """A record is deleted."""
    owner.execute("DELETE FROM task_ledger.task_record WHERE task_id = %s", [tasks[0]])


def replace_a_function(owner: Owner, tasks: list[UUID]) -> None:
    """A function is replaced."""
    owner.execute(
        "CREATE OR REPLACE FUNCTION task_ledger.may_follow(p_state task_ledger.event_type,"
        " p_type task_ledger.event_type) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " RETURN true"
    )


def add_a_trigger(owner: Owner, tasks: list[UUID]) -> None:
    """A trigger is added."""
    owner.execute(
        "CREATE TRIGGER also BEFORE INSERT ON task_ledger.task_event FOR EACH ROW"
        " EXECUTE FUNCTION task_ledger.refuse_change()"
    )


def turn_the_triggers_off(owner: Owner, tasks: list[UUID]) -> None:
    """The triggers are turned off, and left so."""
    owner.execute("ALTER TABLE task_ledger.task_event DISABLE TRIGGER ALL")


def close_a_month_and_empty_it(owner: Owner, tasks: list[UUID]) -> None:
    """A month is closed and a task of it deleted."""
    owner.execute("DELETE FROM task_ledger.task_event WHERE task_id = %s", [tasks[0]])
    owner.execute(
        "UPDATE task_ledger.bucket SET closed_at = clock_timestamp()"
        " WHERE bucket = task_ledger.bucket_of(%s)",
        [tasks[0]],
    )


VERIFY: Final = "verify"
"""`task-ledger verify`."""
SEALED: Final = "verify --sealed"
"""`task-ledger verify --sealed`, with a seal that was kept."""
EXPORT: Final = "export checker"
"""`check_export.py` without a seal, on an export that was made afterwards."""
OFFLINE: Final = "offline verifier"
"""`check_export.py` on the same export, with a seal that was kept."""
DOCTOR: Final = "doctor"
"""`task-ledger doctor`."""
SEALER: Final = "sealer"
"""The sealer, at its next tick: it refuses to sign, or logs a schema that has changed."""
FINDERS: Final = (VERIFY, SEALED, EXPORT, OFFLINE, DOCTOR, SEALER)


@dataclass(frozen=True, slots=True)
class Falsification:
    """What is done, and all that find it.

    Attributes:
        sealed_says, offline_says: with which words `verify --sealed` and the offline verifier name
            it; empty if they do not find it.
    """

    falsify: Callable[[Owner, list[UUID]], None]
    found_by: frozenset[str]
    sealed_says: str = ""
    offline_says: str = ""

    def __str__(self) -> str:
        return self.falsify.__name__

    @property
    def words(self) -> str:
        """What is done, in words."""
        return (self.falsify.__doc__ or "").rstrip(".")


Falsify: TypeAlias = Callable[[Owner, list[UUID]], None]


def _found(falsify: Falsify, *found_by: str, sealed_says: str = "") -> Falsification:
    return Falsification(falsify, frozenset(found_by), sealed_says)


def _sealed(
    falsify: Falsify, sealed_says: str, offline_says: str, *also: str, sealer: bool = True
) -> Falsification:
    """Found by everybody who has a seal, and by others."""
    finders = {SEALED, OFFLINE, *also, *([SEALER] if sealer else [])}
    return Falsification(falsify, frozenset(finders), sealed_says, offline_says)


def _altered(falsify: Falsify, *also: str) -> Falsification:
    """Sealed events are other ones."""
    return _sealed(
        falsify,
        "numbers 1 to 12 of the timeline are not the events that were sealed",
        "numbers 1 to 12 are not the events that were sealed",
        *also,
    )


def _missing(falsify: Falsify, sealed_says: str, last: int, *also: str) -> Falsification:
    """Sealed events are missing; an export then ends at the number `last`."""
    says = f"the export ends at number {last}, and 12 are sealed"
    return _sealed(falsify, sealed_says, says, *also)


DIGEST: Final = "its digest does not fit its columns and the event before"

FALSIFICATIONS: Final = [
    _sealed(change_one_byte, DIGEST, DIGEST, VERIFY, EXPORT, sealer=False),
    _altered(change_an_actor, VERIFY),
    _altered(change_an_actor_and_the_record),
    _altered(change_a_time),
    _missing(drop_a_task, "its timeline lacks number 9", 8),
    _missing(drop_a_task_with_its_numbers, "its timeline lacks number 1", 8, VERIFY),
    _missing(drop_a_task_from_the_log_alone, "number 1 stands for version 1", 8, VERIFY),
    _missing(drop_a_task_s_tail, "its timeline lacks number 11", 10),
    _missing(drop_a_task_s_tail_with_its_numbers, "its timeline lacks number 3", 10, VERIFY),
    _missing(drop_a_task_s_tail_and_leave_its_numbers, "number 3 stands for", 10, VERIFY),
    _missing(drop_the_last_events, "its timeline lacks number 11", 10),
    _altered(drop_and_append),
    _missing(drop_everything, "its timeline lacks number 1", 0),
    _missing(put_an_older_backup_in_place, "its timeline lacks number 9", 8),
    _altered(exchange_two_events, VERIFY, EXPORT),
    _altered(exchange_two_tasks),
    _missing(move_to_another_project, "its timeline lacks number 9", 8),
    _altered(exchange_two_numbers, VERIFY, EXPORT),
    _missing(close_a_month_and_empty_it, "number 1 stands for version 1", 8, VERIFY),
    _found(append_an_illegal_event, VERIFY, SEALED, sealed_says="may not follow completed"),
    _found(change_a_record, VERIFY, SEALED, sealed_says="the read model differs from the events"),
    _found(add_a_record, VERIFY),
    _found(delete_a_record, VERIFY),
    _found(change_a_traceback, VERIFY),
    _found(delete_a_traceback, VERIFY),
    _found(replace_a_function, DOCTOR, SEALER),
    _found(add_a_trigger, DOCTOR, SEALER),
    _found(turn_the_triggers_off, DOCTOR, SEALER),
]

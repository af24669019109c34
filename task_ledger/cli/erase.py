"""`task-ledger erase`: erase the private data of tasks, of an entity, or of single events."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from psycopg import Connection

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.person import person
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown
from task_ledger.eventlog.erasure import (
    Erased,
    LeftInClear,
    Preview,
    Target,
    left_in_clear,
    preview,
    tasks_of_entity,
)
from task_ledger.eventlog.erasure import (
    erase as erase_target,
)

MAX_REASON: Final = 1000
"""Maximum length of a reason, in bytes."""

MAX_VERSION: Final = 2**31 - 1
"""The highest version that an event can have."""

LEFT: Final = (
    "The text is still in old versions of rows and in statistics: run `task-ledger erase --rewrite`"
    " with the login that migrates. It locks each month that it rewrites.",
    "It is in the server's WAL until that is removed: docs/how-to/erase.md says how.",
    "Replicas follow; backups, WAL archives, and exports and evidence packs already handed out "
    "keep it until you delete them.",
    "The broker may have messages with arguments until they are consumed.",
    "Seals and published tiles contain only hashes; there is nothing to erase in them.",
)
"""What remains to be done after an erasure."""


def erase(
    *,
    task: Annotated[
        list[UUID] | None, typer.Option(help="All events of a task; repeatable.")
    ] = None,
    event: Annotated[
        list[str] | None, typer.Option(metavar="TASK:VERSION", help="One event; repeatable.")
    ] = None,
    project: Annotated[str | None, typer.Option(help="The project of --entity.")] = None,
    entity: Annotated[
        str | None, typer.Option(metavar="TYPE:ID", help="All tasks registered for an entity.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="The reason; it stays in the access log.")
    ] = None,
    really: Annotated[
        bool, typer.Option("--really", help="Erase; without it, print what would be erased.")
    ] = False,
    rewrite: Annotated[
        bool,
        typer.Option("--rewrite", help="Rewrite the tables in which data was erased."),
    ] = False,
    json: Json = False,
) -> None:
    """Erase the private data of events: names, metadata, entities, steps, results, messages.

    Types, states, times, actors and digests stay, and seals and proofs stay valid. Tracebacks, text
    in the read model, and the message of an ended task are erased too. Each task is one
    transaction, so an interrupted command can be run again. It cannot be undone.
    """
    if rewrite:
        _refuse(bool(task or event or entity or really), "--rewrite takes no other option.")
        _rewrite(json)
        return
    _refuse((project is None) != (entity is None), "--project and --entity go together.")
    _refuse(not (task or event or entity), "Name what to erase: --task, --event or --entity.")
    _refuse(really and not (reason or "").strip(), "--really needs a --reason.")
    _refuse(
        len((reason or "").encode(errors="surrogateescape")) > MAX_REASON,
        f"A --reason has at most {MAX_REASON} bytes.",
    )
    named = _targets(task or (), event or ())
    with connected("eraser") as connection:
        targets = [*named, *_of_entity(connection, project, entity)]
        if not targets:
            print_line("No task was registered for this entity, or all of them were erased.")
            return
        if not really:
            found = [preview(connection, target) for target in targets]
            _print_preview(found, _left(connection, targets), json)
            return
        done = list(_erase(connection, targets, reason or ""))
        left = _left(connection, targets)
    _print_done(done, left, json)


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise CommandFailed(message, USAGE)


def _targets(tasks: Sequence[UUID], events: Sequence[str]) -> list[Target]:
    versions: dict[UUID, list[int]] = {}
    for each in events:
        task_id, _, version = each.rpartition(":")
        try:
            versions.setdefault(UUID(task_id), []).append(_version(version))
        except ValueError as error:
            raise CommandFailed(
                f"--event {shown(each[:60])}: it is not TASK:VERSION, with a version of 1 to"
                f" {MAX_VERSION}.",
                USAGE,
            ) from error
    whole = dict.fromkeys(tasks)
    return [
        *(Target(task_id) for task_id in whole),
        *(Target(id_, tuple(some)) for id_, some in versions.items() if id_ not in whole),
    ]


def _version(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,9}", text) or int(text) > MAX_VERSION:
        raise ValueError(text)
    return int(text)


def _of_entity(
    connection: Connection[Any], project: str | None, entity: str | None
) -> list[Target]:
    if project is None or entity is None:
        return []
    kind, colon, identity = entity.partition(":")
    _refuse(not (kind and colon and identity), f"--entity {shown(entity)}: it is not TYPE:ID.")
    found = tasks_of_entity(connection, project, (kind, identity))
    return [Target(task_id) for task_id in found]


def _erase(connection: Connection[Any], targets: Sequence[Target], reason: str) -> Iterator[Erased]:
    actor = person()
    for target in targets:
        done = erase_target(connection, target, actor=actor, reason=reason)
        if done.message_left:
            say(
                f"Task {target.task_id} has not ended: its message stays, and its later events are "
                f"not erased. Run `task-ledger erase --task {target.task_id}` again when it has "
                "ended; --entity no longer finds it."
            )
        yield done


def _left(connection: Connection[Any], targets: Sequence[Target]) -> list[LeftInClear]:
    return [event for target in targets for event in left_in_clear(connection, target)]


def _say_left(left: Sequence[LeftInClear]) -> None:
    for task_id, events in groupby(left, lambda event: event.task_id):
        names = [event.fields for event in events]
        say(
            f"Task {task_id}: {', '.join(sorted({*chain(*names)}))} stay in clear in "
            f"{len(names)} events. Their writer passed them in p_data beside a p_private, where "
            "the digest covers them in clear, so they cannot be erased."
        )


def _print_preview(found: Sequence[Preview], left: Sequence[LeftInClear], json: bool) -> None:
    if json:
        print_json({"erased": False, "tasks": found, "left_in_clear": left})
        return
    print_table(
        ("task", "project", "events", "tracebacks", "message"),
        [
            (
                str(each.task_id),
                each.project_id,
                ", ".join(map(str, each.versions)) or "none",
                str(each.tracebacks),
                "no" if not each.message else "yes" if each.ended else "stays until the task ends",
            )
            for each in found
        ],
    )
    if any(each.unsalted for each in found):
        say(
            "Some of these events have one text (encoding 1): a hash without salt stays, from which"
            " a short text can be guessed."
        )
    _say_left(left)
    say("Nothing was erased. To erase it, add --really --reason WHY.")


def _print_done(done: Sequence[Erased], left: Sequence[LeftInClear], json: bool) -> None:
    if json:
        print_json({"erased": True, "tasks": done, "left_in_clear": left, "left": LEFT})
        return
    print_line(
        f"Erased {sum(each.events for each in done)} events of {len(done)} tasks,"
        f" {sum(each.tracebacks for each in done)} tracebacks,"
        f" {sum(each.messages for each in done)} messages."
    )
    _say_left(left)
    for line in LEFT:
        say(f"- {line}")


def _rewrite(json: bool) -> None:
    from task_ledger.ops.rewriting import rewrite_erased

    told = settings()
    with connected(None, known=told) as connection:
        done = rewrite_erased(connection, told.role_prefix, actor=person())
    if json:
        print_json(done)
        return
    if not done.tables:
        print_line("Nothing was erased since the last rewrite.")
        return
    print_line(f"Rewrote {', '.join(done.tables)}.")
    if not done.statistics:
        say(
            "Statistics that contain erased text may remain in pg_statistic: the owner of the"
            " database runs VACUUM FULL pg_catalog.pg_statistic."
        )
    say(LEFT[1])

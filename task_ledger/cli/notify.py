"""`task-ledger notify`: channels, rules, and what was notified."""

import sys
from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json, Limit, TaskId
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of
from task_ledger.eventlog.search.values import duration_of
from task_ledger.notifier.channels import Kind, delete_channel, list_channels, save_channel
from task_ledger.notifier.notifications import (
    SendState,
    list_notifications,
    send_again,
    send_test,
)
from task_ledger.notifier.rules import Rule, Trigger, add_rule, delete_rule, list_rules

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Manage notifications: where to, what about, and those that were not accepted.",
)

ChannelName = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's name.")]


@app.command()
def channels(json: Json = False) -> None:
    """List the channels, without their addresses and secrets."""
    with connected("api") as connection:
        found = list_channels(connection)
    if json:
        print_json(found)
        return
    print_table(
        ("name", "kind", "to", "made by", "made", "last accepted", "failing since"),
        [
            (
                c.name,
                c.kind,
                shown(c.shown),
                shown(c.made_by),
                *map(time_of, (c.made_at, c.sent_at, c.failing_since)),
            )
            for c in found
        ],
    )


@app.command("save-channel")
def save_channel_(
    name: ChannelName,
    kind: Annotated[Kind, typer.Option(help="What it is.")],
    secret: Annotated[
        bool,
        typer.Option("--secret", help="Read a webhook's secret from a second line."),
    ] = False,
    json: Json = False,
) -> None:
    """Save a channel, over the one of its name. Reads its address from standard input: a URL, or
    comma-separated mail addresses.

    Prints the secret that signs a webhook's messages, once.
    """
    if sys.stdin.isatty():
        say("Address:")
    address = sys.stdin.readline().strip()
    given = sys.stdin.readline().strip() if secret else None
    if not address or given == "":
        raise CommandFailed("Write the address, and with --secret the secret, one a line.", USAGE)
    with connected("api") as connection:
        drawn = save_channel(connection, name, kind, address, actor=_actor(), secret=given)
    if json:
        print_json({"name": name, "kind": kind, "secret": drawn})
        return
    if drawn is None:
        print_line(f"{name} is saved")
        return
    print_line(drawn)
    say("Give it to the receiver: it is not shown again.")


@app.command("delete-channel")
def delete_channel_(name: ChannelName, json: Json = False) -> None:
    """Delete a channel with its rules and its notifications."""
    with connected("api") as connection:
        if not delete_channel(connection, name, actor=_actor()):
            raise CommandFailed(f"There is no channel {shown(name)}.")
    _done({"name": name, "deleted": True}, f"{name} is deleted", json=json)


@app.command()
def rules(json: Json = False) -> None:
    """List the rules."""
    with connected("api") as connection:
        found = list_rules(connection)
    if json:
        print_json(found)
        return
    print_table(
        ("id", "channel", "on", "about", "quiet", "made by", "paused"),
        [_cells(each) for each in found],
    )


@app.command("add-rule")
def add_rule_(  # noqa: PLR0917 (typer calls it by name)
    channel: ChannelName,
    on: Annotated[Trigger, typer.Option(help="What is notified.")],
    project: Annotated[
        str | None, typer.Option(help="Only of this project. Default: of all projects.")
    ] = None,
    query: Annotated[str, typer.Option(help="Only of these tasks, in the query language.")] = "",
    quiet: Annotated[
        str,
        typer.Option(metavar="DURATION", help="Hold back for this long after a notification."),
    ] = "0s",
    after: Annotated[
        str,
        typer.Option(metavar="DURATION", help="For how long a stuck queue has waited."),
    ] = "5m",
    json: Json = False,
) -> None:
    """Add a rule: notify a channel of what happens from now on."""
    with connected("api") as connection:
        rule = add_rule(
            connection,
            channel,
            on,
            actor=_actor(),
            project_id=project,
            text=query,
            quiet_s=_seconds("--quiet", quiet),
            after_s=_seconds("--after", after),
        )
    if json:
        print_json(rule)
        return
    print_line(f"rule {rule.id} is added")


@app.command("delete-rule")
def delete_rule_(
    rule: Annotated[int, typer.Argument(metavar="RULE", help="The rule's id.")], json: Json = False
) -> None:
    """Delete a rule. What it has notified is still sent."""
    with connected("api") as connection:
        if not delete_rule(connection, rule, actor=_actor()):
            raise CommandFailed(f"There is no rule {rule}.")
    _done({"id": rule, "deleted": True}, f"rule {rule} is deleted", json=json)


@app.command("when-ended")
def when_ended(task: TaskId, channel: ChannelName, json: Json = False) -> None:
    """Notify a channel once, when a task ends; at once if it has ended."""
    with connected("api") as connection:
        rule = add_rule(connection, channel, Trigger.ENDED, actor=_actor(), task_id=task)
    _done(rule, f"{channel} is notified when {task} has ended", json=json)


@app.command("list")
def list_(
    state: Annotated[
        SendState, typer.Option(help="dead: given up after the last try.")
    ] = SendState.DEAD,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List notifications, the newest first; by default those that were given up."""
    with connected("api") as connection:
        found = list_notifications(connection, state, limit=limit)
    if json:
        print_json(found)
        return
    print_table(
        ("id", "channel", "on", "project", "task", "made", "tries", "last error"),
        [
            (
                str(n.id),
                n.channel,
                n.trigger,
                shown(n.project_id or "-"),
                str(n.task_id or "-"),
                time_of(n.made_at),
                str(n.tries),
                shown(n.last_error or "-"),
            )
            for n in found
        ],
    )


@app.command()
def again(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]...", help="Of notifications given up.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    json: Json = False,
) -> None:
    """Send notifications again that were given up."""
    if bool(ids) == every:
        raise CommandFailed("Name the notifications, or --all.", USAGE)
    with connected("api") as connection:
        found = send_again(connection, None if every else ids, actor=_actor())
    if missing := sorted(set(ids or ()) - set(found)):
        raise CommandFailed(f"Not given up: {', '.join(map(str, missing))}.")
    _done({"ids": found}, f"{len(found)} notifications are sent again", json=json)


@app.command("test")
def send_test_(channel: ChannelName, json: Json = False) -> None:
    """Send a test to a channel. `task-ledger notify list` tells whether it was accepted."""
    with connected("api") as connection:
        made = send_test(connection, channel, actor=_actor())
    _done({"id": made}, f"notification {made} is sent to {channel}", json=json)


def _actor() -> str:
    return f"cli:{user()}"


def _seconds(option: str, text: str) -> float:
    try:
        return duration_of(text).total_seconds()
    except ValueError as error:
        raise CommandFailed(f"{option}: {error}.", USAGE) from error


def _done(answer: object, text: str, *, json: bool) -> None:
    if json:
        print_json(answer)
    else:
        print_line(text)


def _cells(rule: Rule) -> tuple[str, ...]:
    about = f"task {rule.task_id}" if rule.task_id else rule.project_id or "all projects"
    if rule.trigger is Trigger.STUCK:
        about = f"after {rule.after_s:g} s"
    return (
        str(rule.id),
        rule.channel,
        rule.trigger,
        shown(f"{about} {rule.query}".strip()),
        f"{rule.quiet_s:g} s",
        shown(rule.made_by),
        time_of(rule.paused_at),
    )

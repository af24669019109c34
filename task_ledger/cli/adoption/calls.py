"""Calls in an application's code that the ledger refuses or handles differently."""

import ast
from collections.abc import Iterator
from typing import Final

from task_ledger.cli.adoption.application import Application, Source
from task_ledger.cli.adoption.finding import Effect, Finding, shown_path

_SENDS: Final = frozenset({"delay", "apply_async"})

_METHODS: Final = {
    "add_to_chord": (Effect.REFUSED, "a registered chord cannot get further members",
                     "Enqueue a chord of all of them from an earlier task."),
    "starmap": (Effect.REFUSED, "enqueue does not take it: bodies run inside one untracked task",
                "Enqueue a group of the tasks."),
    "chunks": (Effect.REFUSED, "enqueue does not take it: bodies run inside one untracked task",
               "Enqueue a group of the tasks."),
    "delay_on_commit": (Effect.REFUSED, "a tracked task is enqueued in the transaction instead",
                        "Call enqueue(session, task.s(…), …) in the transaction."),
    "apply_async_on_commit": (Effect.REFUSED,
                              "a tracked task is enqueued in the transaction instead",
                              "Call enqueue(session, task.s(…), …) in the transaction."),
}  # fmt: skip

_RETRY_OPTIONS: Final = frozenset({"exc", "throw", "eta", "countdown", "max_retries"})


def of_calls(found: Application) -> Iterator[Finding]:
    """Check the calls in the application's own files."""
    bodies = {(file, line) for _, _, file, line in found.tasks()}
    for source in found.sources.values():
        for node in ast.walk(source.tree):
            yield from _early(source, node)
            if isinstance(node, ast.FunctionDef):
                lines = {node.lineno, *(one.lineno for one in node.decorator_list)}
                if any((source.file, line) in bodies for line in lines):
                    yield from _in_body(source, node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield from _anywhere(source, node, node.func)


def _finding(  # noqa: PLR0917
    source: Source, node: ast.Call, rule: str, effect: Effect, what: str, advice: str, *,
    tracked_only: bool = True,
) -> Finding:  # fmt: skip
    file = shown_path(source.file)
    return Finding(file, node.lineno, rule, effect, what, advice, tracked_only)


def _early(source: Source, node: ast.AST) -> Iterator[Finding]:
    """Check tasks declared with acks_late=False; Celery does not record where that was set."""
    said: list[tuple[int, ast.expr]] = []
    if isinstance(node, ast.Call):
        said = [(word.lineno, word.value) for word in node.keywords if word.arg == "acks_late"]
    elif isinstance(node, ast.ClassDef):
        said = [
            (line.lineno, line.value)
            for line in node.body
            if isinstance(line, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == "acks_late" for one in line.targets)
        ]
    for line, value in said:
        if isinstance(value, ast.Constant) and value.value is False:
            yield Finding(
                shown_path(source.file), line, "acks_late", Effect.REFUSED,
                "acks_late=False would lose a tracked task with its worker",
                "Remove it: tracked tasks are acknowledged late.", tracked_only=True,
            )  # fmt: skip


def _in_body(source: Source, body: ast.FunctionDef) -> Iterator[Finding]:
    """Check the calls in a task's body."""
    for node in ast.walk(body):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, on = node.func.attr, node.func.value
        on_self = isinstance(on, ast.Name) and on.id == "self"
        given = {keyword.arg for keyword in node.keywords}
        if name == "replace" and on_self:
            yield _finding(
                source, node, "replace", Effect.REFUSED,
                f"{body.name}: one task id is one task, so a tracked task cannot be replaced",
                "Enqueue the other task and return its id.",
            )  # fmt: skip
        elif name == "retry" and on_self and (node.args or given - _RETRY_OPTIONS):
            yield _finding(
                source, node, "retry", Effect.REFUSED,
                f"{body.name}: a tracked task is retried with its own arguments and options",
                "Leave them out, or enqueue another task.",
            )  # fmt: skip
        elif name in _SENDS and "untracked" not in given:
            yield _finding(
                source, node, "send", Effect.DIFFERENT,
                f"{body.name}: it is sent when the body has returned, and never if it raises",
                "Nothing; with untracked=True it is sent at once.", tracked_only=False,
            )  # fmt: skip
        elif name == "get" and isinstance(on, ast.Call) and _is_send(on):
            yield _finding(
                source, node, "get", Effect.REFUSED,
                f"{body.name}: it waits for a task that is only sent after it has ended, so "
                "forever",
                "Make a chain or a chord of the tasks.", tracked_only=False,
            )  # fmt: skip


def _anywhere(source: Source, node: ast.Call, called: ast.Attribute) -> Iterator[Finding]:
    if called.attr in _METHODS:
        effect, what, advice = _METHODS[called.attr]
        yield _finding(source, node, called.attr, effect, what, advice)
    if called.attr == "link_error" or any(word.arg == "link_error" for word in node.keywords):
        errors = [*node.args, *(one.value for one in node.keywords if one.arg == "link_error")]
        words = {
            word.arg
            for error in errors
            for inner in ast.walk(error)
            if isinstance(inner, ast.Call)
            for word in inner.keywords
        }
        if words & {"countdown", "expires", "eta"}:
            yield _finding(
                source, node, "link_error", Effect.DIFFERENT,
                "an error callback is sent at once: its countdown and expires are ignored",
                "Let it enqueue a task with the countdown.",
            )  # fmt: skip
    if called.attr == "forget":
        yield _finding(
            source, node, "forget", Effect.REFUSED,
            'with result_backend="ledger://", results cannot be deleted from the log',
            "Remove the call.",
        )  # fmt: skip
    if called.attr in _SENDS and _is_chord(called.value):
        yield _finding(
            source, node, "chord", Effect.REFUSED,
            "a chord of tracked tasks must be enqueued, not sent",
            "Call enqueue(session, chord(…), …).",
        )  # fmt: skip


def _is_send(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _SENDS


def _is_chord(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "chord"

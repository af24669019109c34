"""Unfolding chains, groups, chords and links into tasks, each with those it waits for.

    chain(a, b)               b comes after a and takes its result
    group(a, b)               both at once
    chord([a, b], c)          c comes after a and b and takes the list of their results
    chain(a, group(b, c), d)  b and c come after a, d after both
    a.link(b)                 as a chain; an untracked b is sent with the end of a

The result taken becomes the task's first argument, unless its signature is immutable (`b.si()`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from task_ledger.errors import UnsupportedSignature
from task_ledger.model.ids import new_task_id

if TYPE_CHECKING:
    from celery import Celery, Signature

MOST_BEFORE: Final = 1000
"""Maximum number of tasks that one task may wait for."""

_NOT_OF_MEMBERS: Final = frozenset(
    {"link", "link_error", "task_id", "group_id", "root_id", "parent_id", "chord", "chain"}
)


@dataclass(frozen=True, slots=True)
class Before:
    """The tasks that a step waits for.

    Attributes:
        tasks: the tasks whose completion it waits for; none for a first step.
        many: whether they form a group, so that their results are passed as a list.
    """

    tasks: tuple[UUID, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class CanvasStep:
    """One task to register.

    Attributes:
        takes: the tasks whose results are its first argument: one, several for a list of their
            results, or None.
        errors: its error callbacks.
        on_upstream: whether they are also called if it fails because a task before it failed.
    """

    signature: Signature[Any]
    task_id: UUID
    before: Before
    takes: UUID | tuple[UUID, ...] | None
    group_id: UUID | None
    errors: tuple[Signature[Any], ...]
    on_upstream: bool


@dataclass(slots=True)
class Canvas:
    """An unfolded signature.

    Args:
        app: the application of the signature.
        tracked: tells whether a signature of one task has a task type.
        tracked_link: the same for a linked signature.

    Attributes:
        steps: the tasks to register, each after those it waits for.
    """

    app: Celery
    tracked: Callable[[Signature[Any]], bool]
    tracked_link: Callable[[Signature[Any]], bool]
    steps: list[CanvasStep] = field(default_factory=list[CanvasStep])

    def unfold(
        self,
        signature: Signature[Any],
        before: Before,
        *,
        task_id: UUID | None = None,
        group_id: UUID | None = None,
        errors: tuple[Signature[Any], ...] = (),
    ) -> Before:
        """Add the tasks of a signature, which wait for those of `before`.

        Args:
            task_id: the id for the signature's last task.

        Returns:
            The tasks that a step after this signature waits for.

        Raises:
            UnsupportedSignature: it has no task, or a task that cannot be a step.
        """
        kind = signature.get("subtask_type")
        if kind == "chain":
            return self._chain(signature, before, task_id, group_id, errors)
        if kind == "group":
            return self._group(signature, before, task_id, errors)
        if kind == "chord":
            return self._chord(signature, before, task_id, errors)
        return self._task(signature, before, task_id, group_id, errors)

    def _chain(
        self,
        chain: Signature[Any],
        before: Before,
        task_id: UUID | None,
        group_id: UUID | None,
        errors: tuple[Signature[Any], ...],
    ) -> Before:
        steps = self._flat(cast("Any", chain).tasks)
        if not steps:
            raise UnsupportedSignature("a chain without a task cannot be enqueued")
        steps[0] = with_options(steps[0], chain)
        errors += self._signatures(chain, "link_error")
        # Untracked tasks at the end are sent as Celery would, when the last tracked task ends.
        last = max(
            (at for at, step in enumerate(steps) if not self._is_task(step) or self.tracked(step)),
            default=0,
        )
        if last + 1 < len(steps):
            if not self._is_task(steps[last]):
                self._require_tracked(steps[last + 1])
            steps[last] = steps[last].clone()
            steps[last].options["chain"] = [step.clone() for step in reversed(steps[last + 1 :])]
        links = self._signatures(chain, "link")
        for at, step in enumerate(steps[: last + 1]):
            is_last = at == last
            if is_last and links:
                step = step.clone()  # noqa: PLW2901 (the caller's own is not changed)
                for link in links:
                    step.link(link)
            before = self.unfold(
                step,
                before,
                task_id=task_id if is_last else None,
                group_id=group_id if is_last else None,
                errors=errors,
            )
        return before

    def _group(
        self,
        whole: Signature[Any],
        before: Before,
        task_id: UUID | None,
        errors: tuple[Signature[Any], ...],
    ) -> Before:
        members = self._members(cast("Any", whole).tasks)
        if not members:
            raise UnsupportedSignature("a group without a task cannot be enqueued")
        if task_id is not None:
            raise UnsupportedSignature(
                "a group ends with several tasks, so a task id cannot be given for its end:"
                " enqueue its members one by one, or end it with a task (a chord)"
            )
        errors += self._signatures(whole, "link_error")
        group_id = new_task_id()
        ends: list[UUID] = []
        for member in members:
            ready = with_options(member, whole)
            ends += self.unfold(ready, before, group_id=group_id, errors=errors).tasks
        return Before(tuple(ends), many=True)

    def _chord(
        self,
        chord: Signature[Any],
        before: Before,
        task_id: UUID | None,
        errors: tuple[Signature[Any], ...],
    ) -> Before:
        parts: Any = chord
        # Imported here: it is already loaded if there is a chord.
        from celery.canvas import group

        members = [one.clone(chord.args) for one in self._members(parts.tasks)]
        header: Signature[Any] = group(members, app=self.app)
        waiting = {name: chord.options[name] for name in ("countdown", "eta", "expires")
                   if chord.options.get(name) is not None}  # fmt: skip
        header.set(**waiting)
        body = self._signature(parts.body).clone()
        for link in self._signatures(chord, "link"):
            body.link(link)
        own = self._signatures(chord, "link_error")
        ends = self.unfold(header, before, errors=errors)
        return self.unfold(body, ends, task_id=task_id, errors=errors + own)

    def _task(
        self,
        task: Signature[Any],
        before: Before,
        task_id: UUID | None,
        group_id: UUID | None,
        errors: tuple[Signature[Any], ...],
    ) -> Before:
        if len(before.tasks) > MOST_BEFORE:
            raise UnsupportedSignature(
                f"{task.task} would come after {len(before.tasks)} tasks; {MOST_BEFORE} are"
                " allowed: let each of several smaller chords collect a part"
            )
        self._require_tracked(task)
        step = task.clone()
        links = [self._signature(link) for link in step.options.pop("link", None) or ()]
        errors = self._signatures(step, "link_error") + errors
        step.options.pop("link_error", None)
        sent = [link for link in links if not self._tracked_anywhere(link)]
        if sent:
            step.options["link"] = sent
        own_id = step.options.pop("task_id", None)
        if own_id is not None and str(own_id) != str(task_id):
            raise UnsupportedSignature(
                f"{task.task} has its own id ({own_id}), by set(task_id=…) or freeze(), which it "
                "would not keep: leave that out, and use the ids in Enqueued.tasks"
            )
        identity = task_id or new_task_id()
        takes: UUID | tuple[UUID, ...] | None = None
        if before.tasks and not step.immutable:
            takes = before.tasks if before.many else before.tasks[0]
        self.steps.append(
            CanvasStep(
                step, identity, before, takes, group_id, _unique(errors), on_upstream=before.many
            )
        )
        after = Before((identity,))
        for link in links:
            if not any(link is one for one in sent):
                self._linked().unfold(link, after)
        return after

    def _linked(self) -> Canvas:
        return Canvas(self.app, self.tracked_link, self.tracked_link, self.steps)

    def _require_tracked(self, task: Signature[Any]) -> None:
        if self.tracked(task):
            return
        name = str(task.task)
        if name in {"celery.map", "celery.starmap", "celery.chunks"}:
            raise UnsupportedSignature(
                f"{name} runs bodies one after another inside one untracked task, which the ledger "
                "cannot track: enqueue a group of the tasks, or a task of your own that loops"
            )
        raise UnsupportedSignature(
            f"{name} has no task type, so the ledger does not record its end and nothing can come "
            "after it: declare it with @app.task(task_type=…), put it last, .link() it, or pass "
            "step(…, task_type=…) if its code is elsewhere"
        )

    def _tracked_anywhere(self, signature: Signature[Any]) -> bool:
        if self._is_task(signature):
            return self.tracked_link(signature)
        parts: Any = signature
        members = self._members(parts.tasks)
        if signature.get("subtask_type") == "chord":
            members.append(self._signature(parts.body))
        return any(self._tracked_anywhere(member) for member in members)

    def _is_task(self, signature: Signature[Any]) -> bool:
        return signature.get("subtask_type") not in {"chain", "group", "chord"}

    def _flat(self, tasks: Iterable[Any]) -> list[Signature[Any]]:
        """A chain's steps, flattened as in Celery: without nested chains, empty groups or groups of
        one."""
        steps: list[Signature[Any]] = []
        for step in self._members(tasks):
            parts: Any = step
            kind = step.get("subtask_type")
            members = self._members(parts.tasks) if kind in {"chain", "group"} else []
            if (kind == "chain" and not step.options) or (kind == "group" and len(members) == 1):
                steps += self._flat(members)
            elif kind != "group" or members:
                steps.append(step)
        return steps

    def _members(self, tasks: Any) -> list[Signature[Any]]:
        if isinstance(tasks, dict):
            # A chord's header may still be a group.
            tasks = cast("Any", self._signature(tasks)).tasks
        return [self._signature(task) for task in tasks]

    def _signatures(self, signature: Signature[Any], option: str) -> tuple[Signature[Any], ...]:
        stored: Any = signature.options.get(option) or ()
        if isinstance(stored, dict):
            stored = (stored,)
        return tuple(self._signature(one) for one in stored)

    def _signature(self, stored: Any) -> Signature[Any]:
        from celery.canvas import maybe_signature

        found: Any = maybe_signature(stored, app=self.app)
        return found


def with_options(task: Signature[Any], whole: Signature[Any]) -> Signature[Any]:
    """`task` with the options of the whole signature, which take precedence, as in Celery."""
    options = {k: v for k, v in whole.options.items() if k not in _NOT_OF_MEMBERS}
    return task.clone(**options) if options else task


def _unique(signatures: Iterable[Signature[Any]]) -> tuple[Signature[Any], ...]:
    unique: list[Signature[Any]] = []
    for signature in signatures:
        if signature not in unique:
            unique.append(signature)
    return tuple(unique)

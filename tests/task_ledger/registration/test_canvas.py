"""A chain, group or chord becomes tasks, each with those that it comes after."""

from datetime import UTC, datetime
from typing import Any

import pytest
from celery import Signature, chain, chord, group

import task_ledger
from task_ledger import LedgerCelery
from task_ledger.errors import UnsupportedSignature
from task_ledger.registration.canvas import MOST_BEFORE, Before, Canvas
from task_ledger.registration.options import EnqueueOptions
from task_ledger.registration.registration import Registration, registration_of

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)


def task(name: str, *args: Any, **options: Any) -> Signature[Any]:
    return Signature(name, args=args, app=APP, options=options)


def unfolded(signature: Signature[Any]) -> Canvas:
    """Its tasks; those whose names begin with an underscore are untracked."""

    def tracked(one: Signature[Any]) -> bool:
        return not str(one.task).startswith("_") and not str(one.task).startswith("celery.")

    canvas = Canvas(APP, tracked, tracked)
    canvas.unfold(signature, Before())
    return canvas


def shape(signature: Signature[Any]) -> dict[str, tuple[list[str], Any]]:
    """By each task's name: the names it comes after, and of those whose results it takes."""
    canvas = unfolded(signature)
    names = {step.task_id: str(step.signature.task) for step in canvas.steps}
    found: dict[str, tuple[list[str], Any]] = {}
    for step in canvas.steps:
        takes: Any = step.takes
        if isinstance(takes, tuple):
            takes = [names[one] for one in takes]
        elif takes is not None:
            takes = names[takes]
        found[str(step.signature.task)] = ([names[one] for one in step.before.tasks], takes)
    return found


def immutable(name: str) -> Signature[Any]:
    return Signature(name, app=APP, immutable=True)


A, B, C, D, E = (task(name) for name in "abcde")

SHAPES: list[tuple[str, Signature[Any], dict[str, Any]]] = [
    ("a chain", chain(A, B, C), {"a": ([], None), "b": (["a"], "a"), "c": (["b"], "b")}),
    ("immutable", chain(A, immutable("b")), {"a": ([], None), "b": (["a"], None)}),
    ("chain in chain", chain(A, chain(B, C)),
     {"a": ([], None), "b": (["a"], "a"), "c": (["b"], "b")}),
    ("a group", group(A, B), {"a": ([], None), "b": ([], None)}),
    ("a chord", chord([A, B], C),
     {"a": ([], None), "b": ([], None), "c": (["a", "b"], ["a", "b"])}),
    ("a chord of one", chord([A], B), {"a": ([], None), "b": (["a"], ["a"])}),
    ("a group in a chain", chain(A, group(B, C), D),
     {"a": ([], None), "b": (["a"], "a"), "c": (["a"], "a"), "d": (["b", "c"], ["b", "c"])}),
    ("a group of one in a chain", chain(A, group(B), C),
     {"a": ([], None), "b": (["a"], "a"), "c": (["b"], "b")}),
    ("a chain that ends with a group", chain(A, group(B, C)),
     {"a": ([], None), "b": (["a"], "a"), "c": (["a"], "a")}),
    ("chains in a chord", chord([chain(A, B), C], D),
     {"a": ([], None), "b": (["a"], "a"), "c": ([], None), "d": (["b", "c"], ["b", "c"])}),
    ("a chord in a chain", chain(A, chord([B, C], D), E),
     {"a": ([], None), "b": (["a"], "a"), "c": (["a"], "a"), "d": (["b", "c"], ["b", "c"]),
      "e": (["d"], "d")}),
    ("a chord whose body is a chain", chord([A, B], chain(C, D)),
     {"a": ([], None), "b": ([], None), "c": (["a", "b"], ["a", "b"]), "d": (["c"], "c")}),
    ("a group behind a group", chain(group(A, B), group(C, D)),
     {"a": ([], None), "b": ([], None), "c": (["a", "b"], ["a", "b"]),
      "d": (["a", "b"], ["a", "b"])}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("signature", "expected"), [s[1:] for s in SHAPES], ids=[s[0] for s in SHAPES]
)
def test_each_task_comes_after_those_that_celery_would_run_before_it(
    signature: Signature[Any], expected: dict[str, Any]
) -> None:
    assert shape(signature) == expected


def test_a_link_to_a_tracked_task_is_a_step_and_one_to_an_untracked_task_is_sent() -> None:
    linked = task("a")
    linked.link(task("b"))
    linked.link(task("_told"))
    canvas = unfolded(linked)
    assert [str(step.signature.task) for step in canvas.steps] == ["a", "b"]
    assert [link["task"] for link in canvas.steps[0].signature.options["link"]] == ["_told"]
    assert canvas.steps[1].before.tasks == (canvas.steps[0].task_id,)


def test_the_link_of_a_group_comes_after_its_first_member_as_in_celery() -> None:
    linked = group(A.clone(), B.clone())
    linked.link(task("c"))
    assert shape(linked) == {"a": ([], None), "b": ([], None), "c": (["a"], None)}


def test_links_of_a_chain_and_a_chord_come_after_their_ends() -> None:
    linked = chain(A.clone(), B.clone())
    linked.link(task("c"))
    assert shape(linked)["c"] == (["b"], "b")
    collected = chord([A.clone(), B.clone()], C.clone())
    collected.link(task("d"))
    assert shape(collected)["d"] == (["c"], "c")


def test_untracked_tasks_at_the_end_are_sent_with_the_last_tracked_one() -> None:
    canvas = unfolded(chain(A, B, task("_x"), task("_y")))
    assert [str(step.signature.task) for step in canvas.steps] == ["a", "b"]
    assert [one["task"] for one in canvas.steps[-1].signature.options["chain"]] == ["_y", "_x"]


def test_options_of_the_whole_reach_the_tasks_that_they_reach_in_celery() -> None:
    both = unfolded(group(task("a"), task("b")).set(queue="q"))
    assert [step.signature.options["queue"] for step in both.steps] == ["q", "q"]
    collected = unfolded(chord([task("a", 2), task("b")], task("c"), countdown=3).clone(args=(1,)))
    assert [step.signature.args for step in collected.steps] == [(1, 2), (1,), ()]
    waits = [step.signature.options.get("countdown") for step in collected.steps]
    assert waits == [3, 3, None]
    led = unfolded(chain(task("a"), task("b")).set(countdown=3))
    assert [step.signature.options.get("countdown") for step in led.steps] == [3, None]


def test_what_is_passed_is_not_changed() -> None:
    linked = task("a")
    linked.link(task("b"))
    whole = chain(linked, task("_x"))
    before = repr(dict(whole))
    unfolded(whole)
    assert repr(dict(whole)) == before


@pytest.mark.parametrize(
    ("signature", "advice"),
    [
        (chain(A, task("_x"), B), r"_x has no task type.*put it last"),
        (chord([A, task("_x")], B), r"_x has no task type"),
        (chord([A, B], task("_x")), r"_x has no task type"),
        (chain(group(A, B), group(C, D), task("_x")), r"_x has no task type"),
        (Signature("celery.starmap", app=APP), "enqueue a group of the tasks"),
        (group(app=APP), "a group without a task"),
        (chord([A.clone() for _ in range(MOST_BEFORE + 1)], B), "several smaller chords"),
    ],
)
def test_what_the_ledger_cannot_follow_is_refused_with_what_to_do(
    signature: Signature[Any], advice: str
) -> None:
    with pytest.raises(UnsupportedSignature, match=advice):
        unfolded(signature)


@pytest.mark.parametrize(
    ("signature", "advice"),
    [
        (chain(A, task_ledger.step(B, after_failures=True)), r"make it immutable with \.si"),
        (task_ledger.step(A, after_failures=True), "comes after no task"),
    ],
)
def test_a_step_after_failures_takes_no_results_and_comes_after_a_task(
    signature: Signature[Any], advice: str
) -> None:
    last = unfolded(signature).steps[-1]
    with pytest.raises(UnsupportedSignature, match=advice):
        registration_of(last, EnqueueOptions("p", actor="a", task_type="t"), None)


def test_an_error_callback_that_could_not_be_called_is_refused_when_it_is_linked() -> None:
    app = LedgerCelery("callbacks", broker="memory://", set_as_current=False)

    @app.task(name="tracked", task_type="t")
    def tracked(self: Any) -> None: ...

    @app.task(name="old")
    def old(task_id: str) -> None: ...

    @app.task(name="labelled")
    def labelled(task_id: str, label: str) -> None: ...

    @app.task(name="new")
    def new(request: Any, exc: Any, traceback: Any) -> None: ...

    def prepared(error: Signature[Any]) -> Registration:
        failing: Any = tracked
        linked = failing.s()
        linked.link_error(error)
        canvas = Canvas(app, lambda _: True, lambda _: True)
        canvas.unfold(linked, Before())
        return registration_of(canvas.steps[0], EnqueueOptions("p", actor="a"), None)

    callbacks: dict[str, Any] = {"old": old, "labelled": labelled, "new": new, "tracked": tracked}
    assert len(prepared(callbacks["old"].s()).errors) == 1
    assert len(prepared(callbacks["labelled"].s("x")).errors) == 1
    for error, advice in [
        (callbacks["new"].s(), "read the task for its error"),
        (callbacks["tracked"].s(), "may never be sent"),
        (chain(callbacks["old"].s(), callbacks["old"].s()), "one task"),
        (callbacks["old"].s().set(countdown=5), "leave out countdown"),
        (callbacks["old"].s().set(eta=datetime.now(UTC), expires=9), "leave out eta and expires"),
    ]:
        with pytest.raises(UnsupportedSignature, match=advice):
            prepared(error)

"""Untracked tasks behave as on plain Celery when the application's class is LedgerCelery."""

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from celery import Signature, chain, chord
from celery.result import allow_join_result
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.errors import UnregisteredSend, UnsupportedSignature
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.ids import new_task_id
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status
from task_ledger.registration.enqueue import enqueue
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.values import VALUES
from tests.task_ledger.celery.workers import start_worker


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A prefork worker of an application that tracks nothing, with results in Valkey."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(5), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        start_worker(stack, module="plain")
        stack.sender = LedgerCelery(
            "sender", broker=stack.broker.url, backend=stack.broker.signals_url,
            set_as_current=False,
        )  # fmt: skip
        transport = {"global_keyprefix": "shop:", "sep": "/", "priority_steps": [0, 5]}
        stack.sender.conf.broker_transport_options = transport
        yield stack


def task(stack: Stack, called: str, /, *args: Any, **kwargs: Any) -> Signature[Any]:
    """A signature by name."""
    name = f"tests.task_ledger.celery.plain.{called}"
    return Signature(name, args=args, kwargs=kwargs, app=stack.sender)


def result_of(stack: Stack, signature: Signature[Any]) -> Any:
    """Send it, and wait for what it returns."""
    return signature.apply_async().get(timeout=10)


def test_a_replaced_task_ends_with_its_replacements_result(stack: Stack) -> None:
    sent: Any = task(stack, "replace_with_add", 1, 2).apply_async()
    assert sent.get(timeout=10) == 3
    assert stack.effects(sent.id) == ["replaced"]


def test_a_chain_goes_on_after_a_replaced_step(stack: Stack) -> None:
    steps = chain(task(stack, "add", 1), task(stack, "replace_with_add", 1), task(stack, "add", 10))
    assert result_of(stack, steps) == 12


@pytest.mark.parametrize(("kind", "value"), [("chain", 6), ("group", [5, 1]), ("chord", 6)])
def test_a_canvas_may_take_a_tasks_place(stack: Stack, kind: str, value: Any) -> None:
    assert result_of(stack, task(stack, "replace_with", 5, kind)) == value


def test_a_chord_counts_a_member_that_was_replaced(stack: Stack) -> None:
    members = [task(stack, "replace_with_add", 1, 2), task(stack, "add", 4)]
    assert result_of(stack, chord(members, task(stack, "total"))) == 7


def test_ignore_keeps_what_the_body_has_written_and_sent(stack: Stack) -> None:
    sent = task(stack, "send_and_ignore", "kept").apply_async()
    assert stack.wait_reached("kept") == "kept"
    assert stack.effects(UUID(str(sent.id))) == ["kept"]


def enqueue_and_end(stack: Stack, signature: Signature[Any]) -> TaskRecord:
    """Register it, commit, and wait until it has succeeded."""
    with Session(stack.engine) as session, session.begin():
        task_id = enqueue(
            session, signature, project_id="p1", actor="tester", task_type="plain"
        ).task_id
    record = stack.ended(task_id)
    assert record.status is Status.SUCCESS, record
    return record


def test_messages_lie_where_the_applications_transport_options_say(stack: Stack) -> None:
    enqueue_and_end(stack, task(stack, "send_urgently", "placed"))
    assert stack.wait_reached("placed") == "placed"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["NUL", "lone surrogate"])
def test_an_argument_that_postgresql_cannot_hold_as_text_arrives_unchanged(
    stack: Stack, text: str
) -> None:
    assert enqueue_and_end(stack, task(stack, "pass_on", text, "odd")).result == ascii(text)
    assert stack.wait_reached("odd in args") == ascii(text)
    assert stack.wait_reached("odd in kwargs") == ascii(text)


def test_bodies_run_in_the_context_that_their_class_names(stack: Stack) -> None:
    assert enqueue_and_end(stack, task(stack, "tell_context")).result == "the application"
    assert result_of(stack, task(stack, "tell_context_untracked")) == "the application"


def test_what_is_sent_on_commit_inside_a_task_leaves_with_the_tasks_commit(stack: Stack) -> None:
    task(stack, "send_on_commit", "on commit").apply_async()
    assert stack.wait_reached("on commit") == "on commit"


def test_links_and_next_steps_inherit_the_priority_where_the_application_says_so(
    stack: Stack,
) -> None:
    steps = task(stack, "add", 1) | task(stack, "tell_priority", name="next")
    steps.apply_async(priority=7)
    linked = task(stack, "tell_priority", name="linked")
    task(stack, "add", 1).apply_async(priority=7, link=linked)
    assert (stack.wait_reached("next"), stack.wait_reached("linked")) == ("7", "7")


def test_a_signatures_own_id_is_the_tasks_or_is_refused(stack: Stack) -> None:
    own = new_task_id()
    frozen = task(stack, "add", 1)
    frozen.freeze()
    asked: dict[str, Any] = {"project_id": "p1", "actor": "tester", "task_type": "plain"}
    with Session(stack.engine) as session:
        signature = task(stack, "add", 1).set(task_id=str(own))
        assert enqueue(session, signature, **asked).task_id == own
        with pytest.raises(UnsupportedSignature, match="take the id that enqueue returns"):
            enqueue(session, frozen, **asked)
        with pytest.raises(UnsupportedSignature, match="has its own id"):
            enqueue(session, frozen | task(stack, "add", 2), **asked)


def test_results_that_celerys_json_stores_are_stored_and_come_back_as_they_were(
    stack: Stack,
) -> None:
    steps = task(stack, "return_values") | task(stack, "compare")
    assert enqueue_and_end(stack, steps).result is True
    values = enqueue_and_end(stack, task(stack, "return_values"))
    alike = enqueue_and_end(stack, task(stack, "return_look_alike"))
    asking = LedgerCelery(
        "asking", backend="ledger://", ledger_url=stack.database.url_for("api"),
        set_as_current=False,
    )  # fmt: skip
    assert asking.AsyncResult(str(values.task_id)).get(timeout=5) == VALUES[:-1]
    assert asking.AsyncResult(str(alike.task_id)).get(timeout=5) == VALUES[-1]


def test_a_retry_may_name_the_arguments_that_the_task_has(stack: Stack) -> None:
    assert enqueue_and_end(stack, task(stack, "retry_with", 1, second=2)).result == 3


def test_a_task_is_sent_by_djangos_commit_and_a_tracked_one_is_refused_at_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hooks: list[Callable[[], Any]] = []
    django: Any = ModuleType("django.db")
    django.transaction = SimpleNamespace(on_commit=hooks.append)
    monkeypatch.setitem(sys.modules, "django", ModuleType("django"))
    monkeypatch.setitem(sys.modules, "django.db", django)
    app = LedgerCelery("django", broker="memory://", set_as_current=False)
    # This transport's queues are the process's, and other tests leave messages in the default one.
    app.conf.task_default_queue = "ours"

    def body(*_: object) -> None: ...

    plain: Any = app.task(name="django.plain")(body)
    tracked: Any = app.task(name="django.tracked", task_type="plain")(body)
    plain.delay_on_commit(1)
    plain.apply_async_on_commit((2,), queue="other")
    with app.connection_for_write() as connection:
        sent = [connection.SimpleQueue(name) for name in ("ours", "other")]
        assert [len(queue) for queue in sent] == [0, 0]
        for hook in hooks:
            hook()
        assert [len(queue) for queue in sent] == [1, 1]
    with pytest.raises(UnregisteredSend, match="sent with the commit"):
        tracked.delay_on_commit()


def test_a_task_that_runs_eagerly_returns_its_replacements_result(stack: Stack) -> None:
    app = LedgerCelery("eager", ledger_url=stack.database.url_for("worker"), set_as_current=False)
    app.conf.task_always_eager = True

    @app.task(name="eager.add")
    def add(*numbers: int) -> int:
        return sum(numbers)

    @app.task(name="eager.replaced", bind=True)
    def replaced(self: Any) -> Any:
        with allow_join_result():  # plain Celery refuses it without, too
            return self.replace(add.s(1, 2))

    assert replaced.delay().get() == 3
    assert (replaced.si() | add.s(10)).delay().get() == 13

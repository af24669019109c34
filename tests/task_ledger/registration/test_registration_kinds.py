"""Registrations derived from others of their kind are those that Celery's messages give."""

import cProfile
import functools
import json
import pstats
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from celery import Signature, signals
from celery.utils.saferepr import saferepr
from hypothesis import given
from hypothesis import strategies as st
from kombu.serialization import register, unregister

from task_ledger import LedgerCelery, LedgerTask, step
from task_ledger.errors import InvalidEvent, TooLarge, UnsupportedSignature
from task_ledger.eventlog.message import HEADER
from task_ledger.eventlog.message_hash import message_hash
from task_ledger.model.events import Registered, make_data
from task_ledger.model.ids import new_task_id
from task_ledger.registration.arguments_repr import flat_repr
from task_ledger.registration.canvas import Before, CanvasStep
from task_ledger.registration.options import EnqueueOptions
from task_ledger.registration.registration import Registration, registration_of
from task_ledger.registration.registration_kinds import RegistrationKinds
from task_ledger.registration.shown import shown

NOW = datetime(2040, 1, 1, tzinfo=UTC)
OPTIONS = EnqueueOptions("p", actor="a", task_type="t", metadata={"of": "all"})

APP = LedgerCelery("kinds", broker="memory://", set_as_current=False)


@APP.task(name="add", task_type="sum", time_limit=60, shared=False)
def add(self: Any, x: Any, y: int = 0) -> None:
    """Take one argument or two."""


def later(word: str) -> str:
    """The word, changed from the fourth on: the first ones alone do not give the code away."""
    return word.upper() if word >= "w3" else word


class Loud(LedgerTask):
    def apply_async(self, *args: Any, **options: Any) -> Any:
        (word,), *further = args
        return super().apply_async((later(word),), *further, **options)


class Shadowed(LedgerTask):
    def shadow_name(self, args: Any, kwargs: Any, options: Any) -> Any:
        return f"shadow of {args[0]}" if args[0] >= "w3" else None


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def shout(self: Any, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        return function(self, tuple(map(later, args)), kwargs, **options)

    return shout


class Wrapped(LedgerTask):
    apply_async = wrapped(LedgerTask.apply_async)


class Proxy:
    """Stands for a method as a proxy of wrapt does: it has all of the method's attributes."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __getattr__(self, name: str) -> Any:
        return getattr(self.function, name)

    def __call__(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        return self.function(tuple(map(later, args)), kwargs, **options)


def take(self: Any, *words: str) -> None:
    """Take words."""


for name, base in {"loud": Loud, "shadowed": Shadowed, "wrapped": Wrapped}.items():
    APP.task(name=name, task_type="t", base=base, shared=False)(take)
proxied: Any = APP.task(name="proxied", task_type="t", shared=False)(take)
proxied.apply_async = Proxy(proxied.apply_async)


class Renaming(LedgerCelery):
    def send_task(self, name: str, args: Any = None, *further: Any, **options: Any) -> Any:
        name = f"{name}.{args[0]}" if args[0] >= 3 else name
        return super().send_task(name, args, *further, **options)


class Marking(Signature):
    def apply_async(self, *args: Any, **options: Any) -> Any:
        shadow = f"shadow of {self.args[0]}" if self.args[0] >= 3 else None
        return super().apply_async(*args, **options | {"shadow": shadow})


RENAMING = Renaming("renaming", broker="memory://", set_as_current=False)
ROUTED = LedgerCelery("routed", broker="memory://", set_as_current=False)
ROUTED.conf.task_routes = [{"page.*": {"queue": "pages", "priority": 7}}]
ASKED = LedgerCelery("asked", broker="memory://", set_as_current=False)
ASKED.conf.task_routes = (
    lambda _name, args, *_, **__: {"queue": "few" if args[0] < 3 else "many"},
)
PACKED = LedgerCelery("packed", broker="memory://", set_as_current=False)
PACKED.conf.task_compression = "gzip"


def page(*args: Any, app: LedgerCelery = APP, **options: Any) -> Signature:
    return Signature("page.ocr", args=args, kwargs={"dpi": 300}, app=app, options=options)


def plain(name: str) -> Callable[[int], Signature]:
    return lambda n: Signature(name, args=(f"w{n}",), app=APP)


NOT_TEXT: Any = 17
LIMITS: Any = {"priority": 9, "time_limit": 5, "soft_time_limit": 4}

DERIVED: dict[str, Callable[[int], Signature]] = {
    "arguments": lambda n: page(f"it's \\ \"{n}\"", n, n / 3, None, n % 2 == 0),
    "characters": lambda n: page(f"é\x00\ud800{n}"),
    "long": lambda n: page("x" * (1000 + 5 * n)),
    "longer": lambda n: page(["x" * 300] * n, *range(400)),
    "deep": lambda n: page({"deep": [[[[[[n]]]]], (n,), {n}]}).set(serializer="pickle"),
    "bytes": lambda n: page(b"\xff%d" % n, UUID(int=n), NOW),
    "no arguments": lambda n: Signature("page.ocr", app=APP, kwargs={f"k{n}": n} if n % 2 else {}),
    "task": lambda n: add.s(n, y=n),
    "options of the task": lambda n: add.s(n).set(**LIMITS),
    "headers": lambda n: page(n, headers={"tenant": "x", "deep": {"é": [1, None]}}),
    "queue": lambda n: page(n, queue="own", delivery_mode=1),
    "countdown": lambda n: page(n, countdown=n),
    "eta": lambda n: page(n, eta=NOW.replace(day=1 + n)),
    "expires": lambda n: page(n, expires=NOW.replace(day=1 + n, tzinfo=ZoneInfo("Asia/Kolkata"))),
    "expires in seconds": lambda n: page(n, expires=60 + n / 7),
    "routes": lambda n: page(n, app=ROUTED),
    "name": lambda n: step(page(n), name=f"Page {n}"),
    "long name": lambda n: step(page(n), name="\x00é" * (145 + n)),
    "metadata": lambda n: step(page(n), metadata={"n": n, "deep": [{"x": [None, 1.5, "é\x00"]}]}),
    "entity": lambda n: step(page(n), entity=("page", str(n)), metadata={}),
    "attempts": lambda n: step(page(n), max_attempts=4, task_type="o", entity=("page", "1")),
    "immutable": lambda n: Signature("page.ocr", args=(n,), app=APP, immutable=True),
}  # fmt: skip

BUILT: dict[str, Callable[[int], Signature]] = {
    "apply_async": plain("loud"),
    "wrapped apply_async": plain("wrapped"),
    "proxied apply_async": plain("proxied"),
    "shadow_name": plain("shadowed"),
    "send_task": lambda n: page(n, app=RENAMING),
    "Signature.apply_async": lambda n: Marking("page.ocr", args=(n,), app=APP),
    "router": lambda n: page(n, app=ASKED),
    "compression": lambda n: page(n, app=PACKED),
    "other option": lambda n: page(n, shadow="shadow"),
    "stamps": lambda n: page(n, stamped_headers=["by"], by=f"who {n}"),
    "header of one task": lambda n: page(n, headers={"n": n}),
}


def lone(signature: Signature, task_id: UUID) -> CanvasStep:
    return CanvasStep(signature, task_id, Before(), None, None, (), on_upstream=False)


def told(one: Registration) -> dict[str, Any]:
    """All that is stored, as text, without the nonce, and the hash that depends on it."""
    stored = dict(one.parameters)
    message = json.loads(stored["message"])
    nonce = message["headers"][HEADER]["nonce"]
    digest = json.loads(stored["data"])["message_sha256"]
    assert len(nonce) == 32
    if "compression" not in message["headers"]:
        assert digest == message_hash(
            message["headers"], message["content_type"], message["content_encoding"], stored["body"]
        )
    stored["message"] = stored["message"].replace(nonce, "nonce")
    stored["data"] = stored["data"].replace(digest, "digest")
    del stored["occurred_at"]
    return {**stored, "task_type": one.task_type, "task_name": one.task_name}


def both(make: Callable[[int], Signature], tasks: int = 6) -> int:
    """Assert that the registrations of six signatures are the same in both ways.

    Returns:
        How many messages Celery built for the first.
    """
    ids = [new_task_id() for _ in range(tasks)]
    kinds = RegistrationKinds(OPTIONS, lambda: NOW)
    with cProfile.Profile() as profile:
        found = [kinds.registration_of(lone(make(n), task_id)) for n, task_id in enumerate(ids)]
    for n, task_id in enumerate(ids):
        built = registration_of(lone(make(n), task_id), OPTIONS, None, now=lambda: NOW)
        assert told(found[n]) == told(built)
    entries: Any = pstats.Stats(profile).stats  # pyright: ignore[reportAttributeAccessIssue]
    return sum(calls for (_, _, name), (calls, *_) in entries.items() if name == "message_of")


@pytest.mark.parametrize("name", DERIVED)
def test_what_differs_between_tasks_is_stored_as_celery_gives_it(name: str) -> None:
    assert both(DERIVED[name]) == 2


@pytest.mark.parametrize("name", BUILT)
def test_celery_builds_each_message_where_other_code_may_change_it(name: str) -> None:
    assert both(BUILT[name]) == 6


def test_tasks_of_many_kinds_in_one_call_are_kept_apart() -> None:
    makers = list((DERIVED | BUILT).values())
    built = both(lambda n: makers[n % len(makers)](n // len(makers)), 4 * len(makers))
    assert built < 4 * len(makers)


def from_json(n: int) -> Signature:
    written: Any = {**page(n), "args": [n], "immutable": n >= 3}
    return Signature.from_dict(written, app=APP)


def test_signatures_from_json_have_their_list_sent_as_a_tuple() -> None:
    assert type(from_json(1).args) is list
    assert both(from_json) == 2


@pytest.fixture
def reversing() -> Iterator[str]:
    register("reversing", lambda value: json.dumps(value)[::-1], None, "application/x-reversed")
    yield "reversing"
    unregister("reversing")


def test_a_serializer_of_the_application_writes_each_body(reversing: str) -> None:
    assert both(lambda n: page(n, serializer=reversing)) == 2


@pytest.mark.parametrize("signal", [signals.before_task_publish, signals.after_task_publish])
def test_a_receiver_that_is_connected_meanwhile_gets_the_messages_from_then_on(signal: Any) -> None:
    seen: list[str] = []

    def receive(headers: Any, **_: Any) -> None:
        seen.append(headers["argsrepr"])

    kinds = RegistrationKinds(OPTIONS, lambda: NOW)
    for n in range(5):
        kinds.registration_of(lone(page(n), new_task_id()))
    signal.connect(receive, weak=False)
    try:
        for n in range(5, 8):
            kinds.registration_of(lone(page(n), new_task_id()))
    finally:
        signal.disconnect(receive)
    assert seen == ["(5,)", "(6,)", "(7,)"]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (lambda: page(1, expires=datetime(1970, 1, 1, tzinfo=UTC)), InvalidEvent),
        (lambda: page(1, eta="tomorrow"), InvalidEvent),
        (lambda: page(1, countdown="soon"), InvalidEvent),
        (lambda: step(page(1), metadata={"bad": object()}), InvalidEvent),
        (lambda: step(page(1), metadata={"large": "x" * 65450}), TooLarge),
        (lambda: step(page(1), name=NOT_TEXT), InvalidEvent),
        (lambda: step(page(1), after_failures=True), UnsupportedSignature),
        (lambda: add.s(1, 2, 3), TypeError),
    ],
)
def test_a_bad_one_of_a_kind_is_refused_with_the_same_error(bad: Any, error: type) -> None:
    kinds = RegistrationKinds(OPTIONS, lambda: NOW)
    for _ in range(3):
        kinds.registration_of(lone(page(1), new_task_id()))
        kinds.registration_of(lone(page(1, expires=NOW), new_task_id()))
        kinds.registration_of(lone(add.s(1), new_task_id()))
    with pytest.raises(error) as refused:
        kinds.registration_of(lone(bad(), new_task_id()))
    with pytest.raises(error) as expected:
        registration_of(lone(bad(), new_task_id()), OPTIONS, None, now=lambda: NOW)
    assert str(refused.value) == str(expected.value)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())


@given(
    st.one_of(
        st.lists(VALUES).map(tuple),
        st.dictionaries(VALUES, VALUES),
        st.lists(st.one_of(VALUES, st.lists(VALUES), st.binary())).map(tuple),
    ),
    st.sampled_from([20, 1024]),
)
def test_flat_arguments_read_as_in_celery(value: Any, limit: int) -> None:
    text = flat_repr(value, limit)
    assert text is None or text == saferepr(value, limit)
    flat = not any(
        type(one) in {list, bytes} for one in (value.values() if isinstance(value, dict) else value)
    )
    assert (text is not None) == (flat and len(saferepr(value, 10**6)) < limit)


@given(st.text(max_size=310), st.dictionaries(VALUES, VALUES))
def test_a_name_and_metadata_are_stored_as_the_event_has_them(name: str, metadata: Any) -> None:
    options = EnqueueOptions("p")
    try:
        event = make_data(Registered, task_type="t", name=name or "task", metadata=metadata)
    except InvalidEvent:
        with pytest.raises(InvalidEvent):
            shown("task", options, {"name": name, "metadata": metadata})
    else:
        found = shown("task", options, {"name": name, "metadata": metadata})
        assert found == (event.name, event.texts()[1])

"""Sending: at least once, in order of each task, retried, and given up visibly."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from time import monotonic

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from task_ledger.notifier.channels import Channel, Kind, list_channels
from task_ledger.notifier.database import connect
from task_ledger.notifier.following import Following
from task_ledger.notifier.notifications import SendState, send_again, send_test
from task_ledger.notifier.rules import Trigger
from tests.task_ledger.notifier.house import House, send_all
from tests.task_ledger.notifier.receiver import Receiver, receiving, status
from tests.task_ledger.projector.log import drain


@pytest.fixture
def secret(ledger: House, receiver: Receiver) -> str:
    """That of a channel which is told of every end."""
    secret = ledger.channel(receiver.url())
    ledger.rule(Trigger.ENDED)
    return secret


@pytest.fixture
def held(receiver: Receiver) -> Iterator[threading.Event]:
    """The receiver's next answer waits for this."""
    go_on = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        go_on.wait(30)
        status(204)(handler)

    receiver.answers.append(answer)
    yield go_on
    go_on.set()


def test_a_webhook_is_signed_as_standard_webhooks_says(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    ledger.fail()
    ledger.follow()
    send_all(ledger.sending())
    (request,) = receiver.received
    assert request.headers["content-type"] == "application/json"
    assert Webhook(secret).verify(request.body, request.headers) == request.json()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body + b" ", request.headers)


def test_a_message_contains_clear_data_and_nothing_private(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    failed = ledger.fail("no scale bar")
    ledger.complete()
    ledger.follow()
    send_all(ledger.sending(page_url="https://ledger.example/"))
    body = receiver.received[0].json()
    assert (body["type"], body["data"]["task_id"]) == ("task.ended", str(failed))
    assert body["data"]["url"] == f"https://ledger.example/tasks/{failed}"
    known = {
        name: body["data"][name] for name in ("status", "reason", "error", "place", "project_id")
    }
    assert list(known.values()) == ["FAILURE", "error", "ValueError", "shop.find", "p"]
    sent = b"".join(each.body for each in receiver.received)
    for private in (b"a test", b"scale bar", b"private", b"secret"):
        assert private not in sent


def test_a_slack_text_contains_no_markup(ledger: House, receiver: Receiver) -> None:
    ledger.channel(receiver.url(), "chat", Kind.SLACK)
    ledger.rule(Trigger.FAILED, "chat")
    ledger.fail(project="<!channel> & co")
    ledger.follow()
    send_all(ledger.sending())
    text = receiver.received[0].json()["text"]
    assert text.splitlines()[0] == "test failed in &lt;!channel&gt; &amp; co"
    assert "error: ValueError" in text.splitlines()


@pytest.mark.parametrize("code", [301, 302, 307, 400, 404, 429, 500, 503])
def test_any_answer_but_a_success_is_tried_again_with_the_same_id(
    ledger: House, receiver: Receiver, secret: str, code: int
) -> None:
    receiver.answers = [status(code, location=receiver.url(path="/elsewhere"))]
    ledger.fail()
    ledger.follow()
    send_all(ledger.sending())
    assert [each.path for each in receiver.received] == ["/hook", "/hook"]
    assert len({each.headers["webhook-id"] for each in receiver.received}) == 1
    assert [each.state for each in ledger.made(SendState.SENT)] == ["sent"]


def test_a_notification_never_accepted_is_given_up_and_can_be_sent_again(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    receiver.answers = [status(500)] * 3
    ledger.fail()
    ledger.follow()
    sending = ledger.sending()
    send_all(sending)
    (dead,) = ledger.made(SendState.DEAD)
    assert (dead.tries, dead.last_error) == (3, "it answered with status 500")
    assert send_again(ledger.api, [dead.id + 1], actor="anna") == []
    assert send_again(ledger.api, None, actor="anna", reach="q") == []
    assert send_again(ledger.api, None, actor="anna", reach="p") == [dead.id]
    send_all(sending)
    assert len(receiver.received) == 4
    assert [each.id for each in ledger.made(SendState.SENT)] == [dead.id]


def test_a_receiver_that_is_gone_is_not_asked_again(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    receiver.answers = [status(410)]
    ledger.fail()
    ledger.follow()
    send_all(ledger.sending())
    assert (len(receiver.received), len(ledger.made(SendState.DEAD))) == (1, 1)


def test_a_receiver_that_answers_octet_by_octet_is_given_up_in_time(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        for octet in b"HTTP/1.1 200 OK\r\n" + b"x-slow: yes\r\n" * 1000:
            if stop.wait(0.05):
                return
            handler.wfile.write(bytes([octet]))
            handler.wfile.flush()

    receiver.answers = [drip]
    ledger.fail()
    ledger.follow()
    began = monotonic()
    send_all(ledger.sending((), notify_timeout_s=1.0))
    stop.set()
    assert monotonic() - began < 10
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "it did not answer within 1 s"


def test_an_invalid_or_missing_response_is_a_failure(
    ledger: House, receiver: Receiver, secret: str
) -> None:

    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"nonsense\r\n\r\n")

    receiver.answers = [nonsense, lambda _: None]
    ledger.fail()
    ledger.fail()
    ledger.follow()
    send_all(ledger.sending(()))
    assert {each.last_error for each in ledger.made(SendState.DEAD)} == {
        "it cannot be reached: BadStatusLine",
        "it cannot be reached: RemoteDisconnected",
    }


def test_an_unreachable_receiver_is_a_failure(ledger: House) -> None:
    with receiving() as gone:
        ledger.channel(gone.url())
    send_test(ledger.api, "ops", actor="anna")
    send_all(ledger.sending(()))
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "it cannot be reached: ConnectionRefusedError"


def test_a_slow_receiver_does_not_hold_up_another_one(
    ledger: House, receiver: Receiver, held: threading.Event
) -> None:
    ledger.channel(receiver.url(), "slow")
    ledger.rule(Trigger.FAILED, "slow", project_id="p")
    with receiving() as other:
        ledger.channel(other.url(), "quick")
        ledger.rule(Trigger.FAILED, "quick", project_id="q")
        for project in ("p", "p", "q"):
            ledger.fail(project=project)
        ledger.follow()
        sending = ledger.sending()
        while not other.received:
            sending.tick()
        assert len(receiver.received) <= 1
    held.set()
    send_all(sending)
    assert len(receiver.received) == 2


def test_notifications_of_one_task_are_accepted_in_order(ledger: House, receiver: Receiver) -> None:
    ledger.channel(receiver.url())
    rules = [ledger.rule(trigger) for trigger in (Trigger.ENDED, Trigger.FAILED, Trigger.FIRST)]
    receiver.answers = [status(500), status(500)]
    failed = ledger.fail()
    ledger.follow()
    send_all(ledger.sending((0.2, 0.2)))
    while len(ledger.made(SendState.SENT)) < len(rules):
        send_all(ledger.sending((0.2, 0.2)))
    types = [each.json()["type"] for each in receiver.received]
    assert types == ["task.ended"] * 3 + ["task.failed", "failure.first"]
    assert {each.task_id for each in ledger.made(SendState.SENT)} == {failed}


def test_a_given_up_notification_does_not_hold_up_later_ones(
    ledger: House, receiver: Receiver
) -> None:
    ledger.channel(receiver.url())
    for trigger in (Trigger.ENDED, Trigger.FAILED):
        ledger.rule(trigger)
    receiver.answers = [status(410)]
    ledger.fail()
    ledger.follow()
    send_all(ledger.sending())
    assert [each.trigger for each in ledger.made(SendState.SENT)] == ["task.failed"]


def test_two_notifiers_send_each_message_once(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    for _ in range(20):
        ledger.fail()
    ledger.follow()
    sendings = [ledger.sending() for _ in range(2)]
    threads = [threading.Thread(target=send_all, args=[sending]) for sending in sendings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    send_all(sendings[0])
    ids = [each.headers["webhook-id"] for each in receiver.received]
    assert (len(ids), len(set(ids))) == (20, 20)


def test_two_notifiers_make_each_notification_once(
    ledger: House, receiver: Receiver, secret: str
) -> None:
    failed = [ledger.fail(project=f"p{number % 4}") for number in range(20)]
    drain(ledger.follower)

    def follow() -> None:
        with closing(connect(ledger.settings, "other")) as connection:
            following = Following(connection)
            for _ in range(20):
                following.tick()

    threads = [threading.Thread(target=follow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(str(each.task_id) for each in ledger.made()) == sorted(map(str, failed))


def test_neither_address_nor_secret_is_in_a_log_or_in_what_the_api_may_read(
    ledger: House, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = ledger.channel(receiver.url(path="/T0/hidden-token"))
    receiver.answers = [status(500)]
    send_test(ledger.api, "ops", actor="anna")
    send_all(ledger.sending(()))
    shown = "".join(capsys.readouterr())
    assert "notification_given_up" in shown
    rows = ledger.api.execute("SELECT to_json(n)::text FROM task_ledger.notification AS n")
    shown += json.dumps(rows.fetchall())
    for hidden in (secret, secret.removeprefix("whsec_"), "hidden-token"):
        assert hidden not in shown


def test_a_channel_tells_since_when_it_fails_and_when_it_last_worked(
    ledger: House, receiver: Receiver
) -> None:
    ledger.channel(receiver.url())
    receiver.answers = [status(500), status(503), status(204)]
    send_test(ledger.api, "ops", actor="anna")
    sending = ledger.sending((0.0, 0.0, 0.0))
    states: list[Channel] = []
    while len(receiver.received) < 3 or not states or states[-1].sent_at is None:
        sending.tick(patience_s=30)
        states += list_channels(ledger.api)
    failing = [each for each in states if each.failing_since is not None]
    assert {each.failing_since for each in failing} == {failing[0].failing_since}
    assert failing[-1].last_error in {"it answered with status 500", "it answered with status 503"}
    assert (states[-1].failing_since, states[-1].last_error) == (None, None)


def test_a_channel_saved_anew_starts_without_a_state(ledger: House, receiver: Receiver) -> None:
    ledger.channel(receiver.url())
    receiver.answers = [status(410)]
    send_test(ledger.api, "ops", actor="anna")
    send_all(ledger.sending())
    (failing,) = list_channels(ledger.api)
    assert failing.last_error == "it answered with status 410"
    ledger.channel(receiver.url(path="/other"))
    (saved,) = list_channels(ledger.api)
    assert (saved.failing_since, saved.last_error, saved.sent_at) == (None, None, None)

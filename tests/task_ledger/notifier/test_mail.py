"""Notifications by mail."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import SecretStr

from task_ledger.notifier.channels import Kind
from task_ledger.notifier.notifications import SendState, send_test
from task_ledger.notifier.rules import Trigger
from tests.task_ledger.notifier.house import House, send_all
from tests.task_ledger.notifier.mail_server import MailBox, mail_server
from tests.task_ledger.notifier.receiver import Receiver

SENDER = "ledger@example.com"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as made:
        yield made


@pytest.fixture(autouse=True)
def failed(ledger: House) -> None:
    """A failure that is to be mailed."""
    ledger.channel("anna@example.com,ben@example.com", kind=Kind.MAIL)
    ledger.rule(Trigger.FAILED)
    ledger.fail(project="p\r\nBcc: eve@example.com")
    ledger.follow()


def send(
    ledger: House, box: MailBox, login: str = "", waits_s: Sequence[float] = (), **options: Any
) -> None:
    address = SecretStr(f"smtp://{login}127.0.0.1:{box.port}")
    send_all(ledger.sending(waits_s, smtp_url=address, smtp_from=SENDER, **options))


def test_a_mail_has_receivers_subject_text_and_an_id(ledger: House, box: MailBox) -> None:
    (waiting,) = ledger.made()
    send(ledger, box)
    ((receivers, mail),) = box.mails
    assert receivers == ["anna@example.com", "ben@example.com"]
    assert (mail["From"], mail["Message-ID"]) == (SENDER, f"<{waiting.key}@example.com>")
    assert mail["Subject"] == "test failed in p  Bcc: eve@example.com"
    assert "error: ValueError" in mail.as_string()
    assert mail["Bcc"] is None


def test_a_mail_refused_for_one_recipient_has_failed(ledger: House, box: MailBox) -> None:
    box.refuse = {"ben@example.com"}
    send(ledger, box)
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "the mail server refused 1 of the recipients"


def test_a_mail_refused_for_good_by_one_recipient_is_not_repeated(
    ledger: House, box: MailBox
) -> None:
    box.refuse = {"ben@example.com"}
    send(ledger, box, waits_s=(0.0, 0.0))
    assert [receivers for receivers, _ in box.mails] == [["anna@example.com"]]
    assert len(ledger.made(SendState.DEAD)) == 1


def test_a_mail_server_that_is_slow_at_each_step_is_given_up_in_time(
    ledger: House, box: MailBox
) -> None:
    box.slow_s = 0.4
    send(ledger, box, notify_timeout_s=1.0)
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "the mail server did not accept it: SMTPServerDisconnected"
    assert box.mails == []


def test_a_mail_that_cannot_be_sent_does_not_end_the_notifier(
    ledger: House, receiver: Receiver
) -> None:
    ledger.channel(receiver.url(), "hook")
    send_test(ledger.api, "hook", actor="anna")
    send_all(ledger.sending((), smtp_url=SecretStr("smtp://anna:s3/cret@mail"), smtp_from=SENDER))
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "it cannot be sent: ValueError"
    assert len(receiver.received) == 1


def test_no_password_is_sent_without_tls(ledger: House, box: MailBox) -> None:
    send(ledger, box, "anna:s3cret@")
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "the mail server offers no TLS, so no password was sent"
    assert not [each for each in box.commands if each.upper().startswith("AUTH")]


def test_a_missing_mail_server_names_the_settings(ledger: House) -> None:
    send_all(ledger.sending(()))
    (dead,) = ledger.made(SendState.DEAD)
    assert dead.last_error == "set TASK_LEDGER_SMTP_URL and TASK_LEDGER_SMTP_FROM"

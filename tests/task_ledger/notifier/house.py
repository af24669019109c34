"""A ledger whose notifier is ticked by hand."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.model.events import Completed, ErrorData, Failed, make_data
from task_ledger.model.transitions import FailureReason
from task_ledger.notifier.channels import Kind, save_channel
from task_ledger.notifier.conditions import Conditions
from task_ledger.notifier.database import connect
from task_ledger.notifier.delivery import Delivery
from task_ledger.notifier.following import Following
from task_ledger.notifier.notifications import Notification, SendState, list_notifications
from task_ledger.notifier.outbox import end_quiet_times
from task_ledger.notifier.rules import Rule, Trigger, add_rule
from task_ledger.notifier.sending import Sending
from task_ledger.ops.settings import Settings
from tests.servers import Database
from tests.task_ledger.projector.log import (
    drain,
    owner,
    projector,
    projector_connection,
    register,
    say,
    start,
)

LOCAL = "127.0.0.0/8"


class House:
    """Writes events, folds them, and notifies; everything commits at once."""

    def __init__(self, database: Database, settings: Settings, stack: ExitStack) -> None:
        self.settings = settings
        self.writer = stack.enter_context(closing(owner(database)))
        self.api: Connection[Any] = stack.enter_context(closing(_api(database)))
        self.follower = projector(stack.enter_context(closing(projector_connection(database))))
        self.notifier = stack.enter_context(closing(connect(settings, "test")))
        self.following = Following(self.notifier)
        self.conditions = Conditions(self.notifier, Path(settings.var_dir) / "seal/seal.sqlite")
        self._stack = stack

    def channel(self, address: str, name: str = "ops", kind: Kind = Kind.WEBHOOK) -> str:
        """A channel; its secret, or nothing."""
        return save_channel(self.api, name, kind, address, actor="anna") or ""

    def rule(self, trigger: Trigger, channel: str = "ops", **options: Any) -> Rule:
        """A rule of anna's."""
        return add_rule(self.api, channel, trigger, actor="anna", **options)

    def fail(
        self,
        message: str = "no such sheet",
        project: str = "p",
        reason: FailureReason = FailureReason.ERROR,
    ) -> UUID:
        """A task that failed."""
        task_id = register(self.writer, project)
        error = ErrorData(type="ValueError", message=message, place="shop.find")
        data = Failed(reason=reason, message="private", error=error)
        say(self.writer, task_id, start(self.writer, task_id), data)
        return task_id

    def complete(self, project: str = "p") -> UUID:
        """A task that succeeded."""
        task_id = register(self.writer, project)
        say(
            self.writer, task_id, start(self.writer, task_id), make_data(Completed, result="secret")
        )
        return task_id

    def follow(self) -> None:
        """Fold all events, and make the notifications of them."""
        drain(self.follower)
        while self.following.tick():
            pass

    def end_quiet(self) -> None:
        """Let the quiet times that have begun be over."""
        self.writer.execute("UPDATE task_ledger.notification_quiet SET until = now()")
        end_quiet_times(self.notifier)

    def sending(self, waits_s: Sequence[float] = (0.0, 0.0), **options: Any) -> Sending:
        """Sends to this machine too."""
        return self._stack.enter_context(
            closing(
                Sending(
                    self._stack.enter_context(closing(connect(self.settings, "test send"))),
                    Delivery.of(self.settings.model_copy(update=options)),
                    waits_s,
                )
            )
        )

    def made(self, state: SendState = SendState.WAITING) -> list[Notification]:
        """The notifications in a state, oldest first."""
        return list_notifications(self.api, state, limit=1000)[::-1]


def send_all(sending: Sending) -> None:
    """Send until nothing is due and nothing under way."""
    while sending.tick(patience_s=30):
        pass


@contextmanager
def house(database: Database, settings: Settings) -> Iterator[House]:
    """A ledger without channels and rules."""
    with ExitStack() as stack:
        local = settings.model_copy(update={"notify_networks": LOCAL})
        yield House(database, local, stack)


def _api(database: Database) -> Connection[Any]:
    return psycopg.connect(database.url_for("api"), autocommit=True)

"""The relay: publishes messages from the outbox, after their commit and when due.

A dispatch is deleted once the broker has its message. If the database becomes unreachable in
between, this process remembers what it has published and only deletes it later. If the process ends
in between, up to a round is published again, which is harmless, because only one delivery can claim
the attempt. Rounds are counted before they begin, so repeated messages count towards an attempt's
three dispatches, and a round that kills its relay is not repeated without a pause. A round begun by
one relay is left alone by others for a second, so that it is not counted twice.

A dispatch whose queue is paused is held in the outbox; its task and attempt stay as they are.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection

from task_ledger.errors import LedgerBusy, Refused
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.message import Message, headers_for_attempt
from task_ledger.model.events import Failed, make_data
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.model.transitions import FailureReason
from task_ledger.projector.database import query
from task_ledger.projector.publish_span import publish_span
from task_ledger.projector.publisher import BrokerAway, MessageRefused, Publisher

_log = structlog.get_logger(__name__)

BATCH: Final = 100
"""Number of dispatches taken in one round."""

BUDGET_S: Final = 1.0
"""Seconds after which a round stops publishing and commits.

While the relay waits for the broker, its transaction is idle, and the database ends it after 60 s
(see `task_ledger.projector.database`). Even with a slow broker, a round that has begun its last
message ends well before that.
"""

MOST_TRIES: Final = 10
"""Number of refusals after which a task ends as undeliverable, about 17 minutes after the first."""

LONGEST_WAIT_S: Final = 300.0

RELEASE_EVERY_S: Final = 0.5
"""Seconds between looks for held dispatches whose queue was resumed."""

RELEASED: Final = 1000
"""Maximum number of dispatches of a queue that are released at once."""

ACTOR: Final = "relay"
"""The relay's actor in the log."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One row of the outbox; `message` is None when its task has ended.

    Attributes:
        paused: the queue that it would go to, if that is paused; else None.
    """

    id: int
    due_at: datetime
    task_id: UUID | None
    attempt: int | None
    tries: int
    message: Message | None
    paused: str | None

    @property
    def key(self) -> "Key":
        """Its key; the id alone may be reused after the database is restored."""
        return self.id, self.due_at


Key = tuple[int, datetime]
"""A dispatch's id and when it was due."""


@dataclass(frozen=True, slots=True)
class Round:
    """The result of one round.

    Attributes:
        worked: whether a dispatch was due.
        more: whether due dispatches were left, because there were more than a batch or time ran
            out.
    """

    worked: bool
    more: bool = False


class Relay:
    """Moves messages from the outbox to the broker; any number may run.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
        publisher: nothing else may use it meanwhile.
        most_tries: number of times the broker may refuse a task's message before the task ends.
        published: dispatches that the broker has but that may not be deleted yet. The caller passes
            them to the process's next relay after the connection broke.
        budget_s: seconds after which a round stops publishing.
    """

    def __init__(
        self,
        connection: Connection[Any],
        publisher: Publisher,
        most_tries: int = MOST_TRIES,
        published: set[Key] | None = None,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._connection = connection
        self._publisher = publisher
        self._most_tries = most_tries
        self._published = published if published is not None else set[Key]()
        self._budget_s = budget_s
        self._released_at = -RELEASE_EVERY_S

    def release(self) -> None:
        """Release what a pause held, for queues that were resumed; twice a second at most."""
        if monotonic() - self._released_at >= RELEASE_EVERY_S:
            self._connection.execute(query("release_dispatches"), {"limit": RELEASED}, prepare=True)
            self._released_at = monotonic()

    def tick(self) -> Round:
        """Publish due messages, up to a batch or for `budget_s`, but at least one, and commit.

        Raises:
            BrokerAway: messages published before that are committed; the rest waits.
            psycopg.Error: messages published in this round are in `published`.
        """
        self.release()
        published = [dispatch_id for dispatch_id, _ in self._published]
        # Draws no transaction id if nothing is due.
        ids = self._begin(published)
        if not ids:
            return Round(worked=False)
        away: BrokerAway | None = None
        done: list[int] = []
        held: list[Dispatch] = []
        hopeless: list[tuple[Dispatch, str]] = []
        end = monotonic() + self._budget_s
        cut = False
        with self._connection.transaction():
            taken = self._take(ids)
            for place, dispatch in enumerate(taken):
                if place and monotonic() > end:
                    cut = True
                    break
                if dispatch.paused is not None and dispatch.key not in self._published:
                    held.append(dispatch)
                    continue
                try:
                    self._publish(dispatch)
                except MessageRefused as refusal:
                    self._postpone(dispatch, str(refusal))
                    if refusal.lasting and dispatch.tries + 1 >= self._most_tries:
                        hopeless.append((dispatch, str(refusal)))
                except BrokerAway as error:
                    away = error
                    break
                else:
                    done.append(dispatch.id)
            self._delete(done)
            self._hold(held)
            self._return(sorted(set(ids) - set(done)))
        more = cut or len(ids) == BATCH
        if not more and not away:
            # Dispatches not taken are gone, or are being published by another relay.
            self._published.clear()
        for dispatch, reason in hopeless:
            self._give_up(dispatch, reason)
        if away:
            raise away
        return Round(worked=bool(taken), more=more)

    def _begin(self, published: list[int]) -> list[int]:
        wanted = {"limit": BATCH, "published": published}
        rows = self._connection.execute(query("begin_dispatches"), wanted, prepare=True)
        return [row[0] for row in rows.fetchall()]

    def _take(self, ids: list[int]) -> list[Dispatch]:
        rows = self._connection.execute(query("take_dispatches"), {"ids": ids}, prepare=True)
        return [_dispatch(row) for row in rows.fetchall()]

    def _publish(self, dispatch: Dispatch) -> None:
        if dispatch.message is None or dispatch.key in self._published:
            return
        try:
            headers = headers_for_attempt(dispatch.message.headers, dispatch.attempt)
        except (LookupError, TypeError, ValueError) as error:
            reason = f"its headers are not the ledger's: {error}"
            raise MessageRefused(reason, lasting=True) from error
        span = publish_span(dispatch.message, headers, dispatch.attempt)
        span.inject(headers)
        try:
            self._publisher.publish(replace(dispatch.message, headers=headers))
        except (BrokerAway, MessageRefused) as error:
            span.fail(type(error).__name__)
            raise
        finally:
            span.end()
        self._published.add(dispatch.key)

    def _hold(self, dispatches: list[Dispatch]) -> None:
        if dispatches:
            ids = [dispatch.id for dispatch in dispatches]
            queues = [dispatch.paused for dispatch in dispatches]
            parameters = {"ids": ids, "queues": queues}
            self._connection.execute(query("hold_dispatches"), parameters)

    def _delete(self, ids: list[int]) -> None:
        if ids:
            self._connection.execute(query("delete_dispatches"), {"ids": ids}, prepare=True)

    def _return(self, ids: list[int]) -> None:
        if ids:
            self._connection.execute(query("return_dispatches"), {"ids": ids}, prepare=True)

    def _postpone(self, dispatch: Dispatch, reason: str) -> None:
        seconds = min(2.0 ** min(dispatch.tries, 30), LONGEST_WAIT_S)
        _log.warning(
            "message_refused",
            task_id=str(dispatch.task_id),
            attempt=dispatch.attempt,
            tries=dispatch.tries + 1,
            again_in_s=seconds,
            reason=reason,
        )
        error = cut_to(sanitize_text(reason), 1000)
        parameters = {"id": dispatch.id, "seconds": seconds, "error": error}
        self._connection.execute(query("postpone_dispatch"), parameters)

    def _give_up(self, dispatch: Dispatch, reason: str) -> None:
        """End a task whose message the broker refuses; an untracked message is retried forever."""
        if dispatch.task_id is None:
            return
        data = make_data(Failed, reason=FailureReason.UNDELIVERABLE, message=reason)
        event = Append(dispatch.task_id, None, dispatch.attempt or 0, ACTOR, data)
        try:
            with self._connection.transaction():
                try:
                    append(self._connection, event)
                except Refused as refusal:
                    # The task has ended, or another delivery of the attempt was claimed, so this
                    # one is not needed.
                    _log.info("undeliverable_not_wanted", outcome=refusal.outcome)
                self._delete([dispatch.id])
        except LedgerBusy:
            _log.info("undeliverable_postponed", task_id=str(dispatch.task_id))
        else:
            _log.error("task_undeliverable", task_id=str(dispatch.task_id), reason=reason)


def _dispatch(row: Any) -> Dispatch:
    (
        dispatch_id, due_at, task_id, attempt, tries, message_id, exchange, routing_key,
        content_type, content_encoding, headers, properties, declare, body, paused,
    ) = row  # fmt: skip
    message = None
    if message_id is not None:
        message = Message(
            exchange, routing_key, content_type, content_encoding, headers, properties, declare,
            bytes(body),
        )  # fmt: skip
    return Dispatch(dispatch_id, due_at, task_id, attempt, tries, message, paused)

"""The ledger's errors. Every message says what to do."""

from uuid import UUID


class LedgerError(Exception):
    """The base class of the ledger's errors."""


class InvalidEvent(LedgerError):
    """An event is too large, is not JSON, or does not match its type; it is not stored."""


class TooLarge(InvalidEvent):
    """A value is over its limit; the message names the limit."""


class InvalidTaskId(LedgerError):
    """A task id is neither a recent UUIDv7 nor a UUIDv4, or its partition is closed."""


class WrongIsolation(LedgerError):
    """The session's transaction is not READ COMMITTED, which writing events requires."""


class LedgerBusy(LedgerError):
    """Another transaction holds the task's lock for too long. Try again."""


class PartitionsBusy(LedgerError):
    """Another transaction held the log, so new partitions were not attached. Try again."""


class MigrationBusy(LedgerError):
    """A migration had to wait too long for another transaction. Nothing was changed."""


class UnsupportedServer(LedgerError):
    """The PostgreSQL server is older than the ledger supports; upgrade it."""


class WrongEncoding(LedgerError):
    """The database's encoding is not UTF-8; create another database with UTF-8."""


class ForeignSchema(LedgerError):
    """The database has a schema `task_ledger` that is not the ledger's. Nothing was changed."""


class RolesMissing(LedgerError):
    """The database holds a ledger, but the server lacks its roles, as after a restore."""


class WrongRolePrefix(LedgerError):
    """The ledger's roles have another prefix, or it cannot be one. Nothing was changed."""


class LedgerUnavailable(LedgerError):
    """The ledger's database cannot be reached. The last statement may or may not have run."""


class SessionTimedOut(LedgerError):
    """A timeout of the database ended the session of a task's body."""


class FeedWentBack(LedgerError):
    """New events get feed numbers that followers have already passed, and are missed."""


class MonthRetired(LedgerError):
    """A month has left the database for an archive, or is about to, or cannot be retired."""


class ImmutableLog(LedgerError):
    """The database refused to change or delete an event."""


class NotPermitted(LedgerError):
    """The connection's database role may not do this; use a login with the role that may."""


class Refused(LedgerError):
    """The ledger refused an event; nothing was stored.

    Attributes:
        task_id: the task's id.
        outcome: the database's answer: unknown, retired, fenced, illegal, cancelled, not_due,
            altered, exhausted, too_many, not_terminable or not_retrying.
    """

    def __init__(self, task_id: UUID, outcome: str, message: str) -> None:
        super().__init__(message)
        self.task_id = task_id
        self.outcome = outcome


class UnknownTask(Refused):
    """No task has this id."""


class RetiredTask(UnknownTask):
    """The task's month has left the database for an archive, or is about to."""


class Fenced(Refused):
    """The attempt is not the current one: another claim holds the task, or none does."""


class IllegalTransition(Refused):
    """The event may not follow the task's state."""


class Cancelled(Refused):
    """The task was cancelled; its attempt can only end as cancelled.

    `progress` raises it in a task's body; do not catch it.
    """


class NotDue(Refused):
    """The attempt's countdown is still running."""


class Altered(Refused):
    """The message received by the worker is not the one that was registered."""


class NotTerminable(Refused):
    """The worker that runs the attempt cannot end its process."""


class NotRetrying(Refused):
    """The task is not in a countdown to a retry."""


class Exhausted(Refused):
    """No attempt is left."""


class TooManyNotes(Refused):
    """The task has the maximum number of notes."""


class AlreadyRegistered(LedgerError):
    """A task with this id is already registered.

    Attributes:
        task_id: the task's id.
        version: its current version.
    """

    def __init__(self, task_id: UUID, version: int) -> None:
        super().__init__(f"task {task_id} is already registered; use a new id")
        self.task_id = task_id
        self.version = version


class BadQuery(LedgerError):
    """A text is not a valid query; the message says what to write, and where.

    Attributes:
        position: where in the text, in characters from 0.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} (at character {position + 1})")
        self.position = position


class FoldError(LedgerError):
    """Events cannot be folded: a gap, an illegal transition, or invalid data."""


class UnregisteredSend(LedgerError):
    """A tracked task was sent without being registered first."""


class SentOutsideRun(LedgerError):
    """A thread started by a task's body sent a task outside the run; see `in_this_run`."""


class UnsupportedSignature(LedgerError):
    """The signature passed to `enqueue` has a task without a type, or cannot be enqueued."""


class TransactionEscaped(LedgerError):
    """A task's body ended the ledger's transaction, bypassing its session."""


class TransactionAborted(LedgerError):
    """A task's body returned normally, but its Django transaction can only be rolled back."""


class WroteOutsideRun(LedgerError):
    """A thread of a task's body wrote through Django's ORM, outside the task's transaction."""


class BadResult(LedgerError):
    """A task returned a value that cannot be stored as its result."""


class TaskFailed(LedgerError):
    """Raised by `AsyncResult.get()` for a task that failed without an error in its body.

    Attributes:
        task_id: the task's id.
        reason: expired, undeliverable or upstream.
    """

    def __init__(self, task_id: UUID, reason: str, message: str) -> None:
        super().__init__(f"task {task_id} ended as failed({reason}): {message}")
        self.task_id = task_id
        self.reason = reason


class NoActor(LedgerError):
    """No actor given: pass `actor`, or wrap the call in `acting_as`."""


class UnsupportedConfiguration(LedgerError):
    """A setting would break one of the ledger's guarantees; the message says what to change."""


class SchemaMismatch(UnsupportedConfiguration):
    """The database's schema is too old or too new for this release; migrate it, or upgrade."""

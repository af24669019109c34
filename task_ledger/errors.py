"""What can go wrong with the ledger, by type. Every message says what to do."""

from uuid import UUID


class LedgerError(Exception):
    """Something the ledger refused or could not do."""


class InvalidEvent(LedgerError):
    """An event that may not be stored: too large, not JSON, or not of its type's form."""


class TooLarge(InvalidEvent):
    """A value over its limit; the message names the limit."""


class InvalidTaskId(LedgerError):
    """A task id that is neither a recent UUIDv7 nor a UUIDv4, or whose partition is closed."""


class WrongIsolation(LedgerError):
    """Events are written at READ COMMITTED; the session's transaction is of another level."""


class LedgerBusy(LedgerError):
    """The task's lock could not be had in time: another transaction holds it. Try again."""


class PartitionsBusy(LedgerError):
    """New partitions could not be attached while another transaction held the log. Try again."""


class MigrationBusy(LedgerError):
    """A migration would have waited for long behind another transaction. Nothing was changed."""


class UnsupportedServer(LedgerError):
    """The PostgreSQL server is older than the ledger supports; upgrade it."""


class WrongEncoding(LedgerError):
    """The database is not encoded as UTF-8, which is decided when it is made."""


class ForeignSchema(LedgerError):
    """The database has a schema `task_ledger` of something else. Nothing was changed."""


class RolesMissing(LedgerError):
    """The database holds a ledger, but its server lacks group roles, as after a restore."""


class LedgerUnavailable(LedgerError):
    """The ledger's database cannot be reached. Nothing is known about the last statement."""


class SessionTimedOut(LedgerError):
    """The database ended the session of a task's body, by a setting that is shorter than it."""


class FeedWentBack(LedgerError):
    """New events would get numbers that followers have passed: none of them would be seen."""


class ImmutableLog(LedgerError):
    """An attempt to change what happened; the database refused it."""


class NotPermitted(LedgerError):
    """The database role of this connection may not do this; grant it the role that may."""


class Refused(LedgerError):
    """The ledger refused an event. `outcome` is the answer of the database.

    Attributes:
        task_id: the task.
        outcome: unknown, fenced, illegal, cancelled, not_due, altered, exhausted, too_many,
            not_terminable.
    """

    def __init__(self, task_id: UUID, outcome: str, message: str) -> None:
        super().__init__(message)
        self.task_id = task_id
        self.outcome = outcome


class UnknownTask(Refused):
    """No task has this id."""


class Fenced(Refused):
    """The attempt is no longer the current one: another claim holds the task, or nobody does."""


class IllegalTransition(Refused):
    """The event may not follow the task's state."""


class Cancelled(Refused):
    """A cancel has been accepted: the task may only report progress and end as cancelled.

    Raised out of `progress` in a task's body; let it pass.
    """


class NotDue(Refused):
    """The attempt's countdown has not ended."""


class Altered(Refused):
    """The message that a worker got is not the one that was registered."""


class NotTerminable(Refused):
    """The worker that runs the attempt cannot end its process."""


class Exhausted(Refused):
    """There is no attempt left."""


class TooManyNotes(Refused):
    """The task has as many notes as it may have."""


class AlreadyRegistered(LedgerError):
    """A task with this id exists."""

    def __init__(self, task_id: UUID, version: int) -> None:
        super().__init__(f"task {task_id} is registered already; draw a new id")
        self.task_id = task_id
        self.version = version


class FoldError(LedgerError):
    """Events that cannot be folded: a gap, a step the table does not allow, or unreadable data."""


class UnregisteredSend(LedgerError):
    """A tracked task was sent without being registered first."""


class SentOutsideRun(LedgerError):
    """A thread of a task's body sent a task without being part of the run; see `in_this_run`."""


class UnsupportedSignature(LedgerError):
    """What was passed to `enqueue` is not made of tasks with a task type, or cannot be enqueued."""


class TransactionEscaped(LedgerError):
    """A task's body ended the ledger's transaction beneath its session."""


class BadResult(LedgerError):
    """A task returned what cannot be stored as its result."""


class TaskFailed(LedgerError):
    """What `AsyncResult.get()` raises for a task that failed without an error of its body.

    Attributes:
        task_id: the task.
        reason: expired, undeliverable or upstream.
    """

    def __init__(self, task_id: UUID, reason: str, message: str) -> None:
        super().__init__(f"task {task_id} ended as failed({reason}): {message}")
        self.task_id = task_id
        self.reason = reason


class NoActor(LedgerError):
    """Nobody was named as the one who asks: pass `actor`, or wrap the call in `acting_as`."""


class UnsupportedConfiguration(LedgerError):
    """A Celery setting that would break one of the ledger's promises; it says what to change."""

"""Event types: the data of each, and upcasting of older schema versions.

Every type has one pydantic model and a `schema_version`. A change of a model gets a new version and
an upcaster from the previous one; stored events are never rewritten.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
)

from task_ledger.errors import FoldError, InvalidEvent, TooLarge
from task_ledger.model.sanitize import cut_to, sanitize
from task_ledger.model.texts import is_mark, merged
from task_ledger.model.timestamps import Time
from task_ledger.model.traceparent import Traceparent
from task_ledger.model.transitions import EventType, FailureReason, RetryReason, State

MAX_DATA_BYTES: Final = 64 * 1024
"""Maximum size of one event's data, in UTF-8 bytes of JSON."""


def _text(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda text: cut_to(text, limit) if isinstance(text, str) else text)


Name = Annotated[str, _text(300), Field(min_length=1)]
"""A name, step or worker's id: at most 300 characters; longer text is cut and marked."""

Message = Annotated[str, _text(2000)]
"""An error message or a comment: at most 2,000 characters; longer text is cut and marked."""

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""A SHA-256, in hexadecimal digits."""

PrivateFields = dict[str, bool | dict[str, bool]]
"""Names of fields, each with True or with those of its own fields; as pydantic's `include`."""

PRIVATE_OF_ERROR: Final[dict[str, bool]] = {"message": True, "traceback_sha256": True}

Integer = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
"""A signed 64-bit integer."""


class EventData(BaseModel):
    """The base of all event data: frozen, without extra fields."""

    # Models are built on first use: a process that imports `enqueue` may never read an event.
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True
    )

    type: ClassVar[EventType]
    schema_version: ClassVar[int] = 1
    holds_json: ClassVar[bool] = False
    """Whether one of the fields holds arbitrary JSON, of any depth and size."""
    private: ClassVar[PrivateFields] = {}
    """The fields that are stored in the private text, which can be erased."""

    def to_json(self) -> str:
        """The JSON text to store; missing values are left out.

        Raises:
            TooLarge: the text is over `MAX_DATA_BYTES`.
        """
        text = self.model_dump_json(exclude_none=True)
        check_size(self.type, len(text.encode()))
        return text

    def texts(self) -> tuple[str, str | None]:
        """The clear and the private JSON text to store; None if nothing is private.

        Raises:
            TooLarge: together they are over `MAX_DATA_BYTES`.
        """
        text = self.to_json()
        if not self.private:
            return text, None
        private = self.model_dump_json(exclude_none=True, include=self.private)
        if private == "{}":
            return text, None
        return self.model_dump_json(exclude_none=True, exclude=self.private), private


def check_size(event_type: EventType, size: int) -> None:
    """Refuse data of more than `MAX_DATA_BYTES`.

    Args:
        size: of the clear and the private text together, in bytes.

    Raises:
        TooLarge: it is over the limit.
    """
    if size > MAX_DATA_BYTES:
        raise TooLarge(
            f"the data of a {event_type} event may have {MAX_DATA_BYTES} bytes, this has {size};"
            " store large values elsewhere and keep a reference"
        )


T = TypeVar("T", bound=EventData)


class Entity(BaseModel):
    """The domain object that a task works on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    type: Name
    id: Name


class Registered(EventData):
    """The task exists and will be dispatched. Contains a hash of its message, but no arguments.

    `after_failures`: it is dispatched when all tasks before it have ended, in any state.
    `rerun_of`: the ended task that was run again as this one. `traceparent`: the trace context in
    its message.
    """

    type: ClassVar[EventType] = EventType.REGISTERED
    holds_json: ClassVar[bool] = True
    private: ClassVar[PrivateFields] = {"name": True, "metadata": True, "entity": True}

    task_type: Name
    name: Name
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    entity: Entity | None = None
    queue: Name | None = None
    expires_at: Time | None = None
    parent_id: UUID | None = None
    root_id: UUID | None = None
    group_id: UUID | None = None
    waits_for: list[UUID] = Field(default_factory=list[UUID], max_length=1000)
    after_failures: bool | None = None
    rerun_of: UUID | None = None
    message_sha256: Sha256 | None = None
    traceparent: Traceparent | None = None


class Started(EventData):
    """A worker claimed the task for one attempt. `boot` names the worker's lease.

    `message_sha256`: hash of the message that the worker received. `traceparent`: the attempt's own
    span.
    """

    type: ClassVar[EventType] = EventType.STARTED

    worker: Name
    host: Name
    pid: int
    boot: UUID | None = None
    queue: Name | None = None
    redelivered: bool = False
    message_sha256: Sha256 | None = None
    traceparent: Traceparent | None = None


class Progress(EventData):
    """The attempt's progress."""

    type: ClassVar[EventType] = EventType.PROGRESS
    private: ClassVar[PrivateFields] = {"step": True, "detail": True}

    percent: float = Field(ge=0, le=100, allow_inf_nan=False)
    step: Name
    detail: Message | None = None
    current: Integer | None = None
    total: Integer | None = None


class ErrorData(BaseModel):
    """An error. Its traceback is stored separately; this only has its SHA-256.

    `place`: the application's function that raised it, as in `shop.orders.charge`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    type: Name
    message: Message
    place: Name | None = None
    traceback_sha256: str | None = None


class Retrying(EventData):
    """The attempt ended, and another one will start when it is due."""

    type: ClassVar[EventType] = EventType.RETRYING
    private: ClassVar[PrivateFields] = {"error": PRIVATE_OF_ERROR}

    reason: RetryReason
    error: ErrorData | None = None
    countdown_s: float = Field(ge=0, allow_inf_nan=False)


class Completed(EventData):
    """The task ended with a result, committed with its domain rows.

    `ignored`: its body raised Ignore, so there is no result and no next step runs. `unstored`: its
    return value could not be stored, and it is declared with `ignore_result=True`; a task that
    takes its result fails.
    """

    type: ClassVar[EventType] = EventType.COMPLETED
    holds_json: ClassVar[bool] = True
    private: ClassVar[PrivateFields] = {"result": True}

    result: JsonValue = None
    ignored: Literal[True] | None = None
    unstored: Literal[True] | None = None


class Failed(EventData):
    """The task ended without a result; no further attempt will run."""

    type: ClassVar[EventType] = EventType.FAILED
    private: ClassVar[PrivateFields] = {"message": True, "error": PRIVATE_OF_ERROR}

    reason: FailureReason
    message: Message | None = None
    error: ErrorData | None = None


class CancelRequested(EventData):
    """A cancel of the task was accepted. `terminate`: kill the process of the running attempt."""

    type: ClassVar[EventType] = EventType.CANCEL_REQUESTED
    private: ClassVar[PrivateFields] = {"reason": True}

    reason: Message | None = None
    terminate: Literal[True] | None = None


class RetryRequested(EventData):
    """The countdown to the next attempt was ended: the attempt is due when this was recorded."""

    type: ClassVar[EventType] = EventType.RETRY_REQUESTED
    private: ClassVar[PrivateFields] = {"reason": True}

    reason: Message | None = None


class Noted(EventData):
    """A note, which changes no state. `task_id`: with `run_again`, the new task."""

    type: ClassVar[EventType] = EventType.NOTED
    private: ClassVar[PrivateFields] = {"message": True}

    kind: Literal["duplicate_delivery_refused", "late_write_refused", "comment", "run_again"]
    message: Message | None = None
    worker: Name | None = None
    attempt: int | None = None
    task_id: UUID | None = None


_ALL: Final[tuple[type[EventData], ...]] = (
    Registered, Started, Progress, Retrying, Completed, Failed, CancelRequested, Noted,
    RetryRequested,
)  # fmt: skip
MODELS: Final[Mapping[EventType, type[EventData]]] = {model.type: model for model in _ALL}
"""The current model of each type."""


def build_models() -> None:
    """Build all models now instead of on first use.

    Call it in a process before it forks, so that its children share them.
    """
    for model in MODELS.values():
        model.model_rebuild()


UPCASTERS: Final[Mapping[tuple[EventType, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""Functions by (type, version) that convert data to version + 1."""


class TaskEvent(NamedTuple):
    """One row of the log.

    `state` and the fields after it describe the task after this event. `data_text` is the exact
    clear text covered by the digest; `private_text` is the private one, which the digest covers
    together with `salt`, or after an erasure the mark with its hash (see `model.texts`). `data` is
    the upcast and validated form of both.
    """

    task_id: UUID
    version: int
    project_id: str
    shard: int
    feed: int
    type: EventType
    schema_version: int
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    state: State
    attempt: int
    max_attempts: int | None
    claim: UUID | None
    cancel_requested: bool
    due_at: datetime | None
    digest: bytes
    data_text: str
    private_text: str | None = None
    salt: UUID | None = None

    @property
    def erased(self) -> bool:
        """Whether its private text was erased."""
        return is_mark(self.private_text)

    @property
    def text(self) -> str:
        """The JSON text of clear and private data together. Of an erased event, a required private
        field reads `[erased]`, and an optional one is missing.

        Raises:
            FoldError: one of the two is not a JSON object.
        """
        return merged(self.type, self.data_text, self.private_text)

    @property
    def data(self) -> EventData:
        """The data in its current form.

        Raises:
            FoldError: the stored data does not match its type and version.
        """
        return read_data(self.type, self.schema_version, self.text)


_DICT: Final = TypeAdapter(dict[str, Any])


def read_data(event_type: EventType, schema_version: int, text: str) -> EventData:
    """Validate stored data after upcasting it from `schema_version` to the current version.

    Raises:
        FoldError: the text does not match the type, or its schema version is not supported.
    """
    model = MODELS[event_type]
    try:
        if schema_version == model.schema_version:
            return model.model_validate_json(text)
        if schema_version > model.schema_version:
            raise FoldError(
                f"{event_type} of schema version {schema_version} was written by a newer program;"
                f" this one reads up to {model.schema_version}"
            )
        if schema_version < 1:
            raise FoldError(f"{event_type} of schema version {schema_version}: versions start at 1")
        data = _DICT.validate_json(text)
        for version in range(schema_version, model.schema_version):
            data = UPCASTERS[event_type, version](data)
        return model.model_validate(data)
    except ValidationError as error:
        raise FoldError(
            f"the data of a {event_type} event (schema version {schema_version}) is not valid:"
            f" {describe(error)}"
        ) from error


def make_data(model: type[T], **values: Any) -> T:
    """Build event data from a caller's values, sanitized and cut to their limits.

    Raises:
        InvalidEvent: a value is not valid for the event, or could not be read back; the message
            says which.
        TooLarge: its text is over `MAX_DATA_BYTES`.
    """
    try:
        data = model.model_validate(sanitize(values))
        if model.holds_json:
            # Python can write JSON that readers reject, such as too many levels of nesting.
            model.model_validate_json(data.to_json())
    except ValidationError as error:
        raise InvalidEvent(f"{model.type}: {describe(error)}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(f"{model.type}: it cannot be written as JSON: {error}") from error
    return data


def describe(error: ValidationError) -> str:
    """A validation error on one line, without the values."""
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}"
        for e in error.errors(include_url=False, include_input=False, include_context=False)
    )

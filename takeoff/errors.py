"""The base of every error that this package raises on purpose."""

from typing import ClassVar


class TakeoffError(Exception):
    """Base of this package's errors; the caller can act on each of them.

    ``code`` is stable and meant for programs. The message is meant for people: what is wrong and
    what to do.
    """

    code: ClassVar[str] = "takeoff_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StorageError(TakeoffError):
    """The object storage failed to carry out the operation."""

    code = "storage_error"


class ObjectNotFound(StorageError):
    """The storage has no object with that key."""

    code = "object_not_found"

"""The base of every error that this package raises on purpose."""

from typing import ClassVar


class TakeoffError(Exception):
    """Something is wrong that the caller can name and act on.

    ``code`` is stable and meant for programs; the message is meant for people and says what is
    wrong and what to do.
    """

    code: ClassVar[str] = "takeoff_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StorageError(TakeoffError):
    """The object storage could not do what was asked."""

    code = "storage_error"


class ObjectNotFound(StorageError):
    """There is no object under that key."""

    code = "object_not_found"

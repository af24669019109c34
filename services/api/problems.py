"""Mapping the takeoff's errors to problem documents."""

from collections.abc import Mapping
from typing import Final

from services.page_sets import NotSplit
from takeoff.corrections import (
    AlreadyMeasured,
    AlreadyRevised,
    CannotUndo,
    ChangedSince,
    DocumentBusy,
    NameTaken,
    NotThere,
)
from takeoff.errors import ObjectNotFound, StorageError, TakeoffError
from takeoff.refusals import FileRefused, FileTooLarge
from task_ledger.server.problems import ProblemError

_STATUSES: Final[Mapping[type[TakeoffError], int]] = {
    NotThere: 404,
    ChangedSince: 409,
    CannotUndo: 409,
    NameTaken: 409,
    DocumentBusy: 409,
    NotSplit: 409,
    AlreadyRevised: 409,
    AlreadyMeasured: 409,
}


def problem_of(error: TakeoffError) -> ProblemError:
    """The problem for `error`."""
    match error:
        case FileTooLarge():
            return ProblemError(413, error.code, error.message, {"Connection": "close"})
        case FileRefused():
            return ProblemError(422, error.code, error.message)
        case ObjectNotFound():
            return ProblemError(404, error.code, "The stored file is missing. Upload it again.")
        case StorageError():
            return ProblemError(
                503, error.code, "The file storage cannot be used now. Try again.",
                {"Retry-After": "5"},
            )  # fmt: skip
        case _:
            return ProblemError(_STATUSES.get(type(error), 422), error.code, error.message)

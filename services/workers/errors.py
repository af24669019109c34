"""What no further attempt can mend: a task that meets one of these fails at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from takeoff.errors import TakeoffError

_SHOWN: Final = 5


class NotFound(TakeoffError):
    """The task is about something that does not exist."""

    code = "not_found"


class NotRead(TakeoffError):
    """The page has no text layer, and its image has not been read."""

    code = "not_read"


class WrongProject(TakeoffError):
    """What the task is about is not of one project."""

    code = "wrong_project"


class NotDeleted(TakeoffError):
    """The files of a document are to be deleted, and its row is still there."""

    code = "not_deleted"


class EveryPageFailed(TakeoffError):
    """Nothing could be done with any page of a set or batch."""

    code = "every_page_failed"

    @classmethod
    def of(cls, failed: Sequence[Mapping[str, Any]]) -> "EveryPageFailed":
        """The error for pages that are named, each with its `page`, `file_name` and `reason`."""
        first = "; ".join(_called(each) for each in failed[:_SHOWN])
        more = f"; and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else ""
        return cls(f"Every page failed: {first}{more}")


def _called(page: Mapping[str, Any]) -> str:
    place = f"page {page['page']} of {page['file_name']}" if page.get("page") else page["page_id"]
    return f"{place}: {page['reason']}"

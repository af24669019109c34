"""Permanent errors: a task that raises one of these fails without a retry."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from takeoff.errors import TakeoffError

_SHOWN: Final = 5


class NotFound(TakeoffError):
    """The task's subject does not exist."""

    code = "not_found"


class NotRead(TakeoffError):
    """The page has no text layer, and its image has not been read."""

    code = "not_read"


class WrongProject(TakeoffError):
    """The task's subjects belong to different projects."""

    code = "wrong_project"


class NotDeleted(TakeoffError):
    """The document still exists, so its files cannot be deleted."""

    code = "not_deleted"


class EveryPageFailed(TakeoffError):
    """Every page of a set or batch failed."""

    code = "every_page_failed"

    @classmethod
    def of(cls, failed: Sequence[Mapping[str, Any]]) -> "EveryPageFailed":
        """Return the error for these pages, each with its `page`, `file_name` and `reason`."""
        first = "; ".join(_called(each) for each in failed[:_SHOWN])
        more = f"; and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else ""
        return cls(f"Every page failed: {first}{more}")


def _called(page: Mapping[str, Any]) -> str:
    place = f"page {page['page']} of {page['file_name']}" if page.get("page") else page["page_id"]
    return f"{place}: {page['reason']}"

"""Project ids: what is accepted, and what is made when none is given."""

import re

import uuid_utils.compat

from takeoff.errors import TakeoffError

_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class InvalidProjectId(TakeoffError):
    """The given project id cannot be used."""

    code = "invalid_project_id"


def new_project_id() -> str:
    """Return a new project id: a UUIDv7 as text, so ids sort by the time they were made."""
    return str(uuid_utils.compat.uuid7())


def check_project_id(project_id: str) -> str:
    """Return ``project_id`` unchanged when it may be used as one.

    An id is 1 to 64 letters, digits, dots, underscores or hyphens, and begins with a letter or
    a digit, so that it fits into a path of a URL as it is.

    Raises:
        InvalidProjectId: it does not have that form.
    """
    if _PATTERN.fullmatch(project_id) is None:
        raise InvalidProjectId(
            "A project id is 1 to 64 letters, digits, '.', '_' or '-', and begins with a letter "
            "or a digit. Give such an id, or none to have one made."
        )
    return project_id

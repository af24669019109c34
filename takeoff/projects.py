"""Project ids: validation, and generation when none is given."""

import re

import uuid_utils.compat

from takeoff.errors import TakeoffError

_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class InvalidProjectId(TakeoffError):
    """The given project id cannot be used."""

    code = "invalid_project_id"


def new_project_id() -> str:
    """Return a new project id: a UUIDv7 as text, so that ids sort by creation time."""
    return str(uuid_utils.compat.uuid7())


def check_project_id(project_id: str) -> str:
    """Return ``project_id`` unchanged if it is valid.

    An id is 1 to 64 letters, digits, dots, underscores or hyphens, and begins with a letter or a
    digit, so that it needs no escaping in a URL's path.

    Raises:
        InvalidProjectId: it does not have that form.
    """
    if _PATTERN.fullmatch(project_id) is None:
        raise InvalidProjectId(
            "A project id is 1 to 64 letters, digits, '.', '_' or '-', and begins with a letter "
            "or a digit. Give such an id, or none to have one made."
        )
    return project_id

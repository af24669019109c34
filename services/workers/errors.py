"""What no further attempt can mend: a task that meets one of these fails at once."""

from takeoff.errors import TakeoffError


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

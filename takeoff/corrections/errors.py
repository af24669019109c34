"""Reasons for refusing a manual change."""

from takeoff.errors import TakeoffError


class NotThere(TakeoffError):
    """The object to change does not exist, or no longer exists."""

    code = "not_found"


class OutsidePage(TakeoffError):
    """A shape extends beyond the page."""

    code = "outside_page"


class OtherProject(TakeoffError):
    """The condition and the page belong to different projects."""

    code = "wrong_project"


class NameTaken(TakeoffError):
    """The project already has a condition with this name."""

    code = "condition_exists"


class DepthDoesNotFit(TakeoffError):
    """A depth was given for a condition that is not a volume."""

    code = "depth_does_not_fit"


class ChangedSince(TakeoffError):
    """The change to undo was followed by another change of the same object."""

    code = "changed_since"


class CannotUndo(TakeoffError):
    """The change cannot be undone, or can no longer be undone."""

    code = "cannot_undo"


class DocumentBusy(TakeoffError):
    """A task holds the document or one of its pages."""

    code = "document_busy"


class NoRevision(TakeoffError):
    """One page cannot be a revision of the other."""

    code = "no_revision"


class AlreadyRevised(TakeoffError):
    """The page already has a newer revision, or already is a revision of another page."""

    code = "already_revised"


class AlreadyMeasured(TakeoffError):
    """The element pointed at is already measured for the condition, or cannot be measured in its
    unit.
    """

    code = "already_measured"

"""Why a change by hand is refused."""

from takeoff.errors import TakeoffError


class NotThere(TakeoffError):
    """What is to be changed does not exist, or not any more."""

    code = "not_found"


class OutsidePage(TakeoffError):
    """A shape lies beside the page."""

    code = "outside_page"


class OtherProject(TakeoffError):
    """The condition belongs to another project than the page."""

    code = "wrong_project"


class NameTaken(TakeoffError):
    """The project has a condition of this name."""

    code = "condition_exists"


class DepthDoesNotFit(TakeoffError):
    """A depth was given to what is no volume."""

    code = "depth_does_not_fit"


class ChangedSince(TakeoffError):
    """What is to be taken back was changed again since."""

    code = "changed_since"


class CannotUndo(TakeoffError):
    """A change that cannot be taken back, or not any more."""

    code = "cannot_undo"


class DocumentBusy(TakeoffError):
    """A task holds the document or one of its pages."""

    code = "document_busy"


class NoRevision(TakeoffError):
    """A page cannot be a revision of the other one."""

    code = "no_revision"


class AlreadyRevised(TakeoffError):
    """The page has a newer revision, or is one of another page already."""

    code = "already_revised"


class AlreadyMeasured(TakeoffError):
    """What was pointed at is measured for the condition already, or has nothing of its unit."""

    code = "already_measured"

"""Manual changes, each recorded with its author and time, and their undo."""

from takeoff.corrections.conditions import delete_condition, edit_condition, stored_under_its_name
from takeoff.corrections.documents import delete_document
from takeoff.corrections.errors import (
    AlreadyMeasured,
    AlreadyRevised,
    CannotUndo,
    ChangedSince,
    DepthDoesNotFit,
    DocumentBusy,
    NameTaken,
    NoRevision,
    NotThere,
    OtherProject,
    OutsidePage,
)
from takeoff.corrections.found import add_found
from takeoff.corrections.history import of_condition
from takeoff.corrections.measurements import (
    add_measurement,
    delete_measurement,
    edit_measurement,
    label_measurement,
    review_measurement,
)
from takeoff.corrections.projects import edit_project
from takeoff.corrections.revisions import restore_sheet, supersede_same_sheet, supersede_sheet
from takeoff.corrections.undo import undo

__all__ = [
    "AlreadyMeasured",
    "AlreadyRevised",
    "CannotUndo",
    "ChangedSince",
    "DepthDoesNotFit",
    "DocumentBusy",
    "NameTaken",
    "NoRevision",
    "NotThere",
    "OtherProject",
    "OutsidePage",
    "add_found",
    "add_measurement",
    "delete_condition",
    "delete_document",
    "delete_measurement",
    "edit_condition",
    "edit_measurement",
    "edit_project",
    "label_measurement",
    "of_condition",
    "restore_sheet",
    "review_measurement",
    "stored_under_its_name",
    "supersede_same_sheet",
    "supersede_sheet",
    "undo",
]

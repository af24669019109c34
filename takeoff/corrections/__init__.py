"""What people change by hand, each change recorded with who and when, and how it is taken back."""

from takeoff.corrections.conditions import delete_condition, edit_condition, stored_under_its_name
from takeoff.corrections.documents import delete_document
from takeoff.corrections.errors import (
    CannotUndo,
    ChangedSince,
    DepthDoesNotFit,
    DocumentBusy,
    NameTaken,
    NotThere,
    OtherProject,
    OutsidePage,
)
from takeoff.corrections.history import of_condition
from takeoff.corrections.measurements import (
    add_measurement,
    delete_measurement,
    edit_measurement,
    review_measurement,
)
from takeoff.corrections.undo import undo

__all__ = [
    "CannotUndo",
    "ChangedSince",
    "DepthDoesNotFit",
    "DocumentBusy",
    "NameTaken",
    "NotThere",
    "OtherProject",
    "OutsidePage",
    "add_measurement",
    "delete_condition",
    "delete_document",
    "delete_measurement",
    "edit_condition",
    "edit_measurement",
    "of_condition",
    "review_measurement",
    "stored_under_its_name",
    "undo",
]

"""Processes the pages of documents as one set: a task per page, and one that ends the set.

The set's task runs after its pages, so it waits for them without occupying a worker; its record
lists them in `waits_for`. It runs when all of them have ended, in any state: a failed page does not
stop the others.
"""

from services.page_sets.asking import (
    AskedSet,
    NotSplit,
    TooManyPages,
    ask_for_document,
    ask_for_project,
    queue_of,
)
from services.page_sets.lacking import LACKS, lacks
from services.page_sets.states import PageOutcome, outcomes, running, was_cancelled

__all__ = [
    "LACKS",
    "AskedSet",
    "NotSplit",
    "PageOutcome",
    "TooManyPages",
    "ask_for_document",
    "ask_for_project",
    "lacks",
    "outcomes",
    "queue_of",
    "running",
    "was_cancelled",
]

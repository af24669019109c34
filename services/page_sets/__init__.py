"""Processing the pages of documents as one set: a task for each page, and one that ends the set.

The set's task comes after its pages, so it waits for them without a worker, and its record names
them in `waits_for`. It runs when all of them have ended, however they ended: a page that fails
shows as failed, and the other pages go on.
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

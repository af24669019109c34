"""Processing the pages of documents as one set: a task for each page, and one that ends the set.

The set's task is the body of a chord, so it waits for its pages without a worker, and its record
names them in `waits_for`. A page that cannot be processed says so in its result, because a failed
member would end the chord before the other pages are done.
"""

from services.page_sets.asking import (
    AskedSet,
    NotSplit,
    TooManyPages,
    ask_for_document,
    ask_for_project,
    queue_of,
)
from services.page_sets.states import running, was_cancelled

__all__ = [
    "AskedSet",
    "NotSplit",
    "TooManyPages",
    "ask_for_document",
    "ask_for_project",
    "queue_of",
    "running",
    "was_cancelled",
]

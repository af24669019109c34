"""The page about what is public in Python."""

import inspect
import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import task_ledger
from docs.generate.markdown import NOTICE, flat, table
from task_ledger import django, errors, server, testing

FURTHER: Final = (
    ("task_ledger.celery.worker.logs", "configure_worker_logs"),
    ("task_ledger.eventlog.database", "sqlalchemy_url"),
    ("task_ledger.eventlog.import_history", "Imported"),
    ("task_ledger.eventlog.import_history", "PastTask"),
    ("task_ledger.eventlog.import_history", "import_history"),
    ("task_ledger.eventlog.read", "read_events"),
    ("task_ledger.eventlog.timeline_filter", "TimelineFilter"),
    ("task_ledger.eventlog.search.timeline_conditions", "timeline_filter"),
    ("task_ledger.eventlog.timeline", "read_timeline"),
    ("task_ledger.eventlog.timeline", "read_page"),
    ("task_ledger.model.fold", "fold"),
    ("task_ledger.model.transitions", "EventType"),
    ("task_ledger.ops.settings", "with_role"),
)
"""Public names that few applications import: module and name."""

_VALUES: Final = {
    "__version__": "The version of the installed distribution.",
    "Role": "`viewer`, `operator`, `auditor` or `admin`.",
    "NotAuthenticated": "Raised by `authenticate`: nobody is signed in, 401.",
    "Authenticate": "The type of `ledger_app`'s `authenticate`.",
}
"""Names whose docstring says nothing to an application, or that have none."""


def page() -> str:
    """The text of docs/reference/python.md."""
    raised = [name for name in task_ledger.__all__ if is_error(getattr(task_ledger, name))]
    used = [name for name in task_ledger.__all__ if name not in raised]
    return f"""{NOTICE}
# Python
The names on this page are public: the changelog announces every change to them. Everything else is
private and may change in any release. Arguments, errors and transaction behaviour are in the
docstrings, which the documentation's site shows.

The package is typed (`py.typed`). Celery itself is not: add `celery-types` to your type checking.

## `task_ledger`
Each name is loaded on first use: a web process that imports `enqueue` does not load the code of
workers.

{_named(task_ledger.__name__, used)}
Errors, all subclasses of `LedgerError` ([meanings](errors.md)):
{", ".join(f"`{name}`" for name in raised)}.

## `task_ledger.server`
For applications that [mount the server](../how-to/mount.md). Needs `task-ledger[server]`.

{_named(server.__name__, server.__all__)}
## `task_ledger.testing`
For an application's own tests; [how to](../how-to/test.md). The fixtures are those of
`task_ledger.testing.plugin`.

{_named(testing.__name__, testing.__all__)}
## `task_ledger.django`
For an application [of Django](../how-to/django.md). Needs `task-ledger[django]`.

{_named(django.__name__, django.__all__)}
## Further modules
{_table(("from", "import", "what it is"), FURTHER)}
For `task_ledger.sealer`, see [Seal the log](../how-to/seal.md)."""


def _named(module: str, names: Sequence[str]) -> str:
    rows = [(f"`{name}`", _summary(module, name)) for name in names]
    return table(("name", "what it is"), rows)


def _table(head: Sequence[str], names: Sequence[tuple[str, str]]) -> str:
    return table(
        head, [(f"`{module}`", f"`{name}`", _summary(module, name)) for module, name in names]
    )


def _summary(module: str, name: str) -> str:
    if name in _VALUES:
        return _VALUES[name]
    text: Any = inspect.getdoc(getattr(import_module(module), name)) or ""
    return flat(re.sub(r"``?", "`", text.partition("\n\n")[0]))


def is_error(thing: object) -> bool:
    """Whether a public name is one of the ledger's errors."""
    return inspect.isclass(thing) and thing.__module__ == errors.__name__

"""The page about errors."""

import inspect

from docs.generate.markdown import NOTICE, doc, table
from task_ledger import errors
from task_ledger.eventlog import database


def page() -> str:
    """The text of docs/reference/errors.md."""
    rows = [
        (f"`{e.__name__}`", f"`{e.__mro__[1].__name__}`", doc(e), _states(e)) for e in classes()
    ]
    return f"""{NOTICE}
# Errors

All errors in [task_ledger/errors.py](../../task_ledger/errors.py). Each message says what to do.
The last column is the SQLSTATE with which the database raises the error; TL001 to TL006 are the
ledger's own. Subclasses of `Refused` are outcomes of a call and leave its transaction usable; they
have the attributes `task_id` and `outcome`.

{table(("error", "is a", "means", "SQLSTATE"), rows)}"""


def classes() -> list[type[Exception]]:
    """The errors, in the order of the file."""
    found = [
        thing
        for _, thing in inspect.getmembers(errors, inspect.isclass)
        if issubclass(thing, Exception) and thing.__module__ == errors.__name__
    ]
    return sorted(found, key=lambda thing: inspect.getsourcelines(thing)[1])


def _states(error: type[Exception]) -> str:
    states = [state for state, known in database._BY_STATE.items() if known is error]
    if error is errors.AlreadyRegistered:
        states.append(database.ALREADY_REGISTERED)
    return ", ".join(states)

"""The page about what `task-ledger doctor` finds."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from docs.generate.markdown import NOTICE, table
from task_ledger.cli import checks, doctor
from task_ledger.cli.checks.check import Condition


def page() -> str:
    """The text of docs/reference/findings.md."""
    rows = [
        (
            f"`{each.code}`",
            each.check,
            f"{each.level}, fail {each.fails}" if each.fails else str(each.level),
            each.means,
            each.advice.replace("|", "\\|"),
        )
        for each in conditions()
    ]
    return f"""{NOTICE}
# What doctor finds

`task-ledger doctor` runs its checks with the settings of the shell that it is called in, and says
of each what it found. With `--json`, each check has the fields `name`, `level` (ok, warn or fail),
`found`, `advice` and `condition`, which is empty if the check passed and otherwise one of the
{len(rows)} codes below. `warn`: everything works, but look at it; `fail`: something is broken, or a
guarantee does not hold, and the exit status is 1. In the advice, `{{name}}` stands for a name that
is known when it is found.

Doctor connects with the auditor's login, only reads, and needs no further privilege. How long the
transactions of other logins have been open is only visible to members of `pg_read_all_stats`: to
have them checked, `GRANT pg_read_all_stats` to the auditor's login.

{table(("condition", "check", "severity", "what is wrong", "what to do"), rows)}"""


def conditions() -> Iterator[Condition]:
    """All conditions: those of the command itself, then by subject in the order of the files."""
    names = sorted(found.name for found in iter_modules(checks.__path__))
    for module in (doctor, *(import_module(f"{checks.__name__}.{name}") for name in names)):
        for thing in vars(module).values():
            if isinstance(thing, Condition):
                yield thing

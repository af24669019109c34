"""The page about the functions of the schema `task_ledger`."""

import re
from dataclasses import dataclass

from docs.generate.markdown import NOTICE, code, flat, table
from task_ledger.ops.migrate import schema_folder

_SECTION = re.compile(r"^(?:Returns|Arguments|Raises|Usage):")
_WRITERS = frozenset({"task_ledger_worker"})
_GRANT = re.compile(r"GRANT EXECUTE ON FUNCTION\s+(.*?)\s+TO\s+([^;]*);", re.DOTALL)


@dataclass(frozen=True)
class Function:
    """One function as its file describes it.

    Attributes:
        about: what it does, in paragraphs.
        contract: the lines from `Returns` on.
        roles: who may call it.
    """

    name: str
    about: str
    contract: str
    roles: tuple[str, ...]


def functions() -> list[Function]:
    """The functions, in the order in which a migration runs them."""
    folder = schema_folder()
    order = (folder / "order.txt").read_text(encoding="utf-8").splitlines()
    grants = granted((folder / "grants" / "roles.sql").read_text(encoding="utf-8"))
    return [
        described((folder / line).read_text(encoding="utf-8"), line, grants)
        for line in order
        if line.startswith("functions/")
    ]


def granted(sql: str) -> dict[str, tuple[str, ...]]:
    """The roles that may execute each function."""
    found: dict[str, tuple[str, ...]] = {}
    for names, roles in _GRANT.findall(sql):
        for name in re.findall(r"ledger\.(\w+)\(", names):
            found[name] = (*found.get(name, ()), *(role.strip() for role in roles.split(",")))
    return found


def described(sql: str, file: str, grants: dict[str, tuple[str, ...]]) -> Function:
    """The function that a file makes.

    Raises:
        ValueError: its header does not say what it returns, takes and is for.
    """
    name = file.rpartition("/")[2].removesuffix(".sql")
    head = sql.partition("\nCREATE ")[0].splitlines()
    lines = [line.removeprefix("--").removeprefix(" ") for line in head]
    start = next((i for i, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    contract = "\n".join(lines[start:])
    for section in ("Returns:", "Arguments:", "Usage:"):
        if not re.search(rf"^{section}", contract, re.MULTILINE):
            raise ValueError(f"{file} does not say {section}")
    paragraphs = "\n".join(lines[:start]).strip().split("\n\n")
    return Function(name, "\n\n".join(map(flat, paragraphs)), contract, grants.get(name, ()))


def page() -> str:
    """The text of docs/reference/sql-functions.md."""
    every = functions()
    public = "\n".join(_part(f) for f in every if _WRITERS & {*f.roles})
    inner = [(_link(f.name), _first_sentence(f.about)) for f in every if not f.roles]
    return f"""{NOTICE}
# SQL functions

The log is written only through these functions; [the grants](../../schema/grants/roles.sql) give
no role INSERT, UPDATE, DELETE or TRUNCATE on it. The functions run in the caller's transaction and
never commit. Applications use Python functions that call them: `task_ledger.enqueue`, and those in
[task_ledger/eventlog/append.py](../../task_ledger/eventlog/append.py). [Errors](errors.md) lists
errors by SQLSTATE. What only the api, the projector, auditors and others
call is on pages of their own: [of the api](sql-functions-of-the-api.md),
[of other services](sql-functions-of-services.md).

{public}
## Internal functions
Only the owner may call these; the functions above use them.

{table(("function", "does"), inner)}"""


def api_page() -> str:
    """The text of docs/reference/sql-functions-of-the-api.md."""
    parts = "\n".join(_part(f) for f in functions() if _of_api(f))
    return f"""{NOTICE}
# SQL functions of the api

What the api may call and workers may not; [the others](sql-functions.md).

{parts}"""


def services_page() -> str:
    """The text of docs/reference/sql-functions-of-services.md."""
    parts = "\n".join(
        _part(f) for f in functions() if f.roles and not _WRITERS & {*f.roles} and not _of_api(f)
    )
    return f"""{NOTICE}
# SQL functions of other services

What neither workers nor the api may call; [the others](sql-functions.md).

{parts}"""


def _of_api(function: Function) -> bool:
    return "task_ledger_api" in function.roles and not _WRITERS & {*function.roles}


def _part(function: Function) -> str:
    return (
        f"## task_ledger.{function.name}\n{function.about}\n\n```text\n{function.contract}\n```\n"
        f"[Source](../../schema/functions/{function.name}.sql); callable by"
        f" {code(role.removeprefix('task_ledger_') for role in function.roles)}.\n"
    )


def _first_sentence(text: str) -> str:
    return flat(text).partition(". ")[0].rstrip(".")


def _link(name: str) -> str:
    return f"[{name}](../../schema/functions/{name}.sql)"

"""The page with the docstrings of every public name, by mkdocstrings."""

import re
from collections.abc import Iterable

import task_ledger
from docs.generate.python import FURTHER, is_error
from docs.site.pages import API_PAGE
from task_ledger import django, server, testing


def page() -> str:
    """The Markdown of the page, in the order of reference/python.md."""
    own = [name for name in task_ledger.__all__ if name != "__version__"]
    raised = [name for name in own if is_error(getattr(task_ledger, name))]
    used = [name for name in own if name not in raised]
    return "\n".join(
        [
            "# Python API",
            "The docstrings of [every public name](python.md).\n",
            *_section("`task_ledger`", (("task_ledger", name) for name in used)),
            *_section("`task_ledger.server`", (("task_ledger.server", n) for n in server.__all__)),
            *_section("`task_ledger.django`", (("task_ledger.django", n) for n in django.__all__)),
            *_section(
                "`task_ledger.testing`", (("task_ledger.testing", n) for n in testing.__all__)
            ),
            *_section("Further modules", FURTHER),
            *_section("Errors", (("task_ledger", name) for name in raised)),
        ]
    )


def linked(text: str) -> str:
    """reference/python.md with each public name a link to its docstring."""
    file = API_PAGE.rpartition("/")[2]
    sections = re.split(r"^(?=## )", text, flags=re.M)
    return "".join(_linked_section(section, file) for section in sections)


def _section(title: str, names: Iterable[tuple[str, str]]) -> list[str]:
    return [f"\n## {title}\n", *(f"::: {module}.{name}\n" for module, name in names)]


def _linked_section(section: str, file: str) -> str:
    module = re.match(r"## `([\w.]+)`", section)
    if module:
        section = re.sub(
            r"^\| `(\w+)` \|",
            lambda m: (
                m[0] if m[1] == "__version__" else f"| [`{m[1]}`]({file}#{module[1]}.{m[1]}) |"
            ),
            section,
            flags=re.M,
        )
    return re.sub(
        r"^\| `(task_ledger\.[\w.]+)` \| `(\w+)` \|",
        rf"| `\1` | [`\2`]({file}#\1.\2) |",
        section,
        flags=re.M,
    )

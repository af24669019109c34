"""The difference between an example before and after adopting the ledger."""

import difflib
import re
from collections.abc import Iterable

from tests.examples.test_quickstart import EXAMPLE


def changes(example: str, names: Iterable[str], shown_as: str) -> list[str]:
    """Return the lines that `diff -U0` shows for each file, without its headers.

    Args:
        example: the folder, with the packages `before` and `after`.
        names: the files to compare.
        shown_as: the package's name in the guide.
    """
    found: list[str] = []
    for name in names:
        before, after = (
            (EXAMPLE.parent / example / side / name)
            .read_text(encoding="utf-8")
            .replace(f"{example}.{side}", shown_as)
            .splitlines()
            for side in ("before", "after")
        )
        lines = difflib.unified_diff(before, after, n=0, lineterm="")
        found += [name, *(line for line in lines if re.match(r"[-+](?![-+]{2} )", line))]
    return found

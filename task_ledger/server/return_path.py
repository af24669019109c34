"""Where a browser goes after it has signed in: a path of this server, never another site."""

import re
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

from fastapi import Query

FIRST: Final = "/"

_MAX_CHARACTERS: Final = 2000
_PLAIN: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
"""One slash, then printable ASCII without spaces and backslashes: a browser reads //host and
/\\host as another site, and drops tabs and line ends before it looks."""


def is_local(path: str) -> bool:
    """Whether this is a path, with or without a query, that stays below this server's root."""
    if len(path) > _MAX_CHARACTERS or _PLAIN.fullmatch(path) is None:
        return False
    parts = urlsplit(path)
    segments = unquote(parts.path).replace("\\", "/").split("/")
    return not parts.netloc and ".." not in segments and "." not in segments


def local(path: str) -> str:
    """The path if it is local, else that of all projects."""
    return path if is_local(path) else FIRST


ReturnTo = Annotated[
    str,
    Query(
        alias="to", description="The path to return to; what is no path of this server is ignored."
    ),
]

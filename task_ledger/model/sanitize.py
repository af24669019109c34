"""Making text storable in PostgreSQL: no NUL, no lone surrogates, limited length."""

from typing import Any, Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def sanitize_text(text: str) -> str:
    """`text` with every NUL and lone surrogate replaced by U+FFFD.

    PostgreSQL's `json` accepts an escaped NUL, but every later read of it fails.
    """
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def sanitize(value: Any) -> Any:
    """`value` with all its strings sanitized, including keys; other values are unchanged."""
    match value:
        case str():
            return sanitize_text(value)
        case dict():
            return {
                sanitize_text(k) if isinstance(k, str) else k: sanitize(v)
                for k, v in value.items()  # pyright: ignore[reportUnknownVariableType]
            }
        case list() | tuple():
            return [sanitize(v) for v in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def cut_to(text: str, limit: int) -> str:
    """`text` if it has at most `limit` characters; otherwise its beginning and the number of
    characters cut."""
    if len(text) <= limit:
        return text
    mark = f" … ({len(text) - limit} more characters)"
    return text[: max(limit - len(mark), 0)] + mark

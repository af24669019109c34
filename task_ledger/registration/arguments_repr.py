"""The text of a task's arguments in its message's headers, faster for flat arguments."""

from typing import Any, Final, cast

_NUMBERS: Final = frozenset({int, float, bool, type(None)})


def flat_repr(value: object, limit: object) -> str | None:
    """The text of Celery's `saferepr` for a flat tuple or dict that need not be cut.

    Args:
        limit: the length from which Celery cuts the text.

    Returns:
        None if a value is neither text nor a number, or if the text would be cut.
    """
    if type(limit) is not int:
        return None
    if type(value) is dict:
        items = [(_element(k), _element(v)) for k, v in cast("dict[object, object]", value).items()]
        if any(k is None or v is None for k, v in items):
            return None
        text = f"{{{', '.join([f'{k}: {v}' for k, v in items])}}}"
    elif type(value) is tuple:
        elements = [_element(one) for one in cast("tuple[object, ...]", value)]
        if None in elements:
            return None
        inner = ", ".join(cast("list[str]", elements))
        text = f"({inner},)" if len(elements) == 1 else f"({inner})"
    else:
        return None
    return text if len(text) < limit else None


def _element(value: Any) -> str | None:
    if type(value) is str:
        return "'{}'".format(value.replace("'", "\\'"))
    return str(value) if type(value) in _NUMBERS else None

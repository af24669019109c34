"""The text of a task's arguments in its message's headers, faster for flat arguments."""

from typing import Any, Final, cast

_NUMBERS: Final = frozenset({int, float, bool, type(None)})


def flat_repr(value: object, limit: object) -> str | None:
    """The text of Celery's `saferepr` for a flat tuple, list or dict that need not be cut.

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
    elif type(value) is tuple or type(value) is list:
        several = cast("list[object]", value)
        elements = [_element(one) for one in several]
        if None in elements:
            return None
        inner = ", ".join(cast("list[str]", elements))
        left, right = (
            ("[", "]") if type(several) is list else ("(", ",)" if len(several) == 1 else ")")
        )
        text = f"{left}{inner}{right}"
    else:
        return None
    return text if len(text) < limit else None


def _element(value: Any) -> str | None:
    if type(value) is str:
        return "'{}'".format(value.replace("'", "\\'"))
    return str(value) if type(value) in _NUMBERS else None

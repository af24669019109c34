"""The projects that a list of tasks covers."""

from dataclasses import dataclass
from typing import Any, Final, LiteralString, Self, cast

Reach = str | frozenset[str] | None
"""One project, several, or all (None)."""

BRANCHES: Final = 200
"""Maximum number of index ranges that one page of several projects reads for filters; with more,
only one is read for each project."""

_ONE: Final = "r.project_id = %(project_id)s"
_ANY: Final = "r.project_id = ANY (%(projects)s::text[])"


@dataclass(frozen=True, slots=True)
class Reached:
    """A `Reach` as parts of a statement on records `r`.

    Attributes:
        ranges: a condition for each project whose index range is read; `true` for all projects.
        any_of: the condition that a task is in one of them.
        parameters: what the conditions refer to.
    """

    ranges: tuple[LiteralString, ...]
    any_of: LiteralString
    parameters: dict[str, Any]

    @classmethod
    def of(cls, reach: Reach) -> Self:
        """The parts for `reach`. An empty set reaches nothing."""
        if reach is None:
            return cls(("true",), "true", {})
        projects = [reach] if isinstance(reach, str) else sorted(reach)
        if len(projects) == 1:
            return cls((_ONE,), _ONE, {"project_id": projects[0]})
        if not projects:
            return cls(("false",), "false", {})
        ranges: tuple[LiteralString, ...] = tuple(
            _element(place) for place in range(1, len(projects) + 1)
        )
        return cls(ranges, _ANY, {"projects": projects})

    @property
    def everywhere(self) -> bool:
        """Whether it reaches all projects."""
        return self.any_of == "true"


def projects_of(reach: Reach) -> list[str] | None:
    """The reached projects, as a parameter; None for all."""
    return [reach] if isinstance(reach, str) else None if reach is None else sorted(reach)


def _element(place: int) -> LiteralString:
    number = cast("LiteralString", str(place))
    return "r.project_id = (%(projects)s::text[])[" + number + "]"

"""Project ids are short, plain text."""

import pytest

from takeoff.projects import InvalidProjectId, check_project_id, new_project_id


@pytest.mark.parametrize(
    "project_id",
    ["1", "tower-a", "Tower_A.2", "x" * 64, pytest.param(new_project_id(), id="a new one")],
)
def test_a_plain_id_is_accepted(project_id: str) -> None:
    assert check_project_id(project_id) == project_id


@pytest.mark.parametrize("project_id", ["", " ", "-a", "a b", "a/b", "tower\n", "ü", "x" * 65])
def test_any_other_id_is_refused(project_id: str) -> None:
    with pytest.raises(InvalidProjectId):
        check_project_id(project_id)


def test_a_new_id_is_its_own() -> None:
    assert new_project_id() != new_project_id()

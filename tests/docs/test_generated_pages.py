"""The pages of the reference say what the code says."""

from pathlib import Path

import pytest

from docs.generate.pages import PAGES
from docs.generate.sql_functions import described, functions, granted
from task_ledger.ops.migrate import schema_folder


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run python -m docs.generate"


def test_every_function_of_the_schema_is_described() -> None:
    files = {path.stem for path in (schema_folder() / "functions").glob("*.sql")}
    assert {function.name for function in functions()} == files


def test_a_function_without_a_contract_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match=r"does not say Usage:"):
        described(
            "-- Adds.\n--\n-- Returns: integer.\n-- Arguments: none.\nCREATE OR REPLACE …",
            "functions/add.sql",
            {},
        )


def test_the_roles_of_a_function_are_those_of_every_grant() -> None:
    sql = """
    GRANT EXECUTE ON FUNCTION task_ledger.one(uuid), task_ledger.two(text, json) TO role_a, role_b;
    GRANT EXECUTE ON FUNCTION task_ledger.two(text, json) TO role_c;
    """
    assert granted(sql) == {"one": ("role_a", "role_b"), "two": ("role_a", "role_b", "role_c")}

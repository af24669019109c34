"""The tests on the page about testing pass, on a database of their own."""

import re

import psycopg
import pytest

from tests.docs.test_links import REPOSITORY
from tests.servers import Database

pytest_plugins = ["pytester"]

PAGE = (REPOSITORY / "docs" / "how-to" / "test.md").read_text(encoding="utf-8")


def test_the_tests_on_the_page_pass(
    pytester: pytest.Pytester, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE statement (customer_id integer, cents integer)")
        connection.execute("GRANT SELECT, INSERT ON statement TO task_ledger_worker")
    url = database.url_for("worker").replace("postgresql://", "postgresql+psycopg://", 1)
    monkeypatch.setenv("SHOP_TEST_DATABASE", url)
    files = re.findall(r"^```python\n# (\w+)\.py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in files] == [
        "conftest", "shop", "test_statement", "test_route", "test_unit"
    ]  # fmt: skip
    pytester.makepyfile(**dict(files))
    pytester.syspathinsert()
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=7)

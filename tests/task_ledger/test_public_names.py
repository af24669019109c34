"""`import task_ledger` offers what applications use, and loads no more than what is used."""

import subprocess
import sys

import pytest

import task_ledger

WORKERS_CODE = ("task_ledger.celery.run", "task_ledger.celery.worker", "celery.worker")
HEAVY = (
    "celery",
    "kombu",
    "psycopg",
    "sqlalchemy",
    "fastapi",
    "typer",
    "rich",
    "alembic",
    "opentelemetry",
    "pypdfium2",
    "PIL",
)


def loaded_after(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("name", task_ledger.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(task_ledger, name) is not None


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'dequeue'"):
        _ = task_ledger.dequeue  # pyright: ignore[reportAttributeAccessIssue]


def test_importing_enqueue_loads_neither_workers_code_nor_what_its_caller_brings() -> None:
    loaded = loaded_after("from task_ledger import enqueue, step, acting_as, in_this_run")
    for package in (*WORKERS_CODE, *HEAVY):
        assert not [name for name in loaded if f"{name}.".startswith(f"{package}.")]


def test_importing_enqueue_builds_no_model_of_an_event() -> None:
    check = (
        "from task_ledger import enqueue\n"
        "from task_ledger.model.events import MODELS\n"
        "assert not any(model.__pydantic_complete__ for model in MODELS.values())"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_importing_the_package_loads_none_of_its_modules() -> None:
    loaded = loaded_after("import task_ledger")
    assert {name for name in loaded if name.startswith("task_ledger")} == {"task_ledger"}


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert task_ledger.__version__.count(".") == 2

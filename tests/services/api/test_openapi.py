"""What the OpenAPI document says is what the served API does, whatever is sent to it.

`TASK_LEDGER_OPENAPI_EXAMPLES=300 make test ARGS=tests/services/api/test_openapi.py`
asks each operation more often than the suite does.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.api.app import create_app
from services.settings import TakeoffSettings
from takeoff.storage import Storage, open_storage
from task_ledger import access
from task_ledger.notifier.channels import Kind, save_channel
from task_ledger.notifier.rules import Trigger, add_rule
from task_ledger.ops.settings import Settings
from task_ledger.sealer.location import LogLocation, open_log
from task_ledger.sealer.postgres import PostgresSource
from tests.brokers import Brokers
from tests.servers import Database, fresh_database
from tests.services.api.drawn import draw_page, measure_slab
from tests.services.api.processes import serving
from tests.takeoff.files import image_bytes
from tests.task_ledger.sealer.databases import project as fold_and_number
from tests.task_ledger.server.ledger import Ledger

EXAMPLES: Final = int(os.environ.get("TASK_LEDGER_OPENAPI_EXAMPLES", "6"))
"""Requests for each operation and each way of making them."""

PROJECTS: Final = ("tower-a", "tower-b")
ROLES: Final[tuple[access.Role, ...]] = ("admin", "admin", "operator", "auditor", "viewer")
CHECKS: Final[list[Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _document() -> dict[str, Any]:
    nowhere = {
        "database_url": "postgresql://u:p@127.0.0.1:1/x",
        "broker_url": "redis://127.0.0.1:1",
    }
    return create_app(Settings.model_validate(nowhere)).openapi()


# A body may also be too large (413), which Schemathesis does not take for a refusal of bad data.
REFUSED: Final = {"checks": {"negative_data_rejection": {"expected-statuses": ["4XX"]}}}
SCHEMA: Final[Any] = schemathesis.openapi.from_dict(
    _document(), config=SchemathesisConfig.from_dict(REFUSED)
)
OPERATIONS: Final[dict[str, Any]] = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations())
}


@dataclass(frozen=True)
class Served:
    """The served application with something in it.

    Attributes:
        headers: by role, of a token that reaches every project.
        ids: what exists, by the name of the parameter, or of the field of a body, that takes it.
        to_delete: the same, of what nothing but its deletion is asked for.
    """

    url: str
    headers: Mapping[str, dict[str, str]]
    ids: Mapping[str, list[str]]
    to_delete: Mapping[str, list[str]]


@pytest.fixture(scope="module")
def served(
    postgres: Any,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The application behind uvicorn, with a project and tasks in every state."""
    folder: Path = tmp_path_factory.mktemp("served")
    with (
        fresh_database(postgres, migrated_template) as database,
        psycopg.connect(database.url_for("owner"), autocommit=True) as owner,
        psycopg.connect(database.url_for("worker"), autocommit=True) as worker,
    ):
        ledger = Ledger(owner, worker)
        ledger.finished()
        ledger.fail(started(ledger), "broken")
        ledger.retry(started(ledger))
        ledger.progress(started(ledger), 40, "Half way")
        ledger.register()
        headers = {
            role: {"Authorization": f"Bearer {access.create(owner, role, role, None)}"}
            for role in set(ROLES)
        }
        access.create(owner, "spare", "viewer")
        environment = os.environ | {
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_BROKER_URL": brokers.space(9).url,
            "TASK_LEDGER_VAR_DIR": str(folder),
        }
        with serving(dict(environment)) as server:
            api = f"{server.url}/api/v1"
            as_admin: dict[str, Any] = {"headers": headers["admin"], "timeout": 60}
            for project in PROJECTS:
                body = {"name": project, "id": project}
                made = requests.post(f"{api}/projects", json=body, **as_admin)
                assert made.status_code == 201, made.text
            file = ("A-101.png", image_bytes(Image.new("L", (300, 200), 255), "PNG"))
            sent = requests.post(
                f"{api}/projects/tower-a/documents", files={"file": file}, **as_admin
            )
            assert sent.status_code == 202, sent.text
            condition = requests.post(
                f"{api}/projects/tower-a/conditions",
                json={"name": "Slab", "measurement_type": "area"},
                **as_admin,
            )
            assert condition.status_code == 201, condition.text
            storage = open_storage(TakeoffSettings().storage(folder))
            page_id = draw_page(owner, storage, "tower-a", 300, 200)
            measure_slab(owner, page_id, UUID(condition.json()["id"]))
            fold_and_number(database)
            seal(database, folder)
            ids = {
                "task_id": [str(task.id) for task in ledger.tasks],
                "project_id": list(PROJECTS),
                "document_id": [sent.json()["document_id"]],
                "page_id": [str(page_id)],
                "page_ids": [[str(page_id)]],
                "condition_id": [condition.json()["id"]],
            }
            action = {"kind": "comment", "task_ids": [str(ledger.tasks[0].id)]}
            drafted = requests.post(f"{api}/projects/tower-a/actions", json=action, **as_admin)
            assert drafted.ok, drafted.text
            ids["action_id"] = [drafted.json()["id"]]
            tokens = requests.get(f"{api}/tokens", **as_admin).json()["tokens"]
            ids["token_id"] = [each["id"] for each in tokens if each["name"] == "spare"]
            failures = requests.get(f"{api}/projects/tower-a/failures", **as_admin).json()
            ids["fingerprint"] = [each["fingerprint"] for each in failures["groups"]]
            measured = requests.get(f"{api}/pages/{page_id}/measurements", **as_admin).json()
            ids["measurement_id"] = [each["id"] for each in measured["measurements"]]
            save_channel(owner, "ops", Kind.SLACK, "https://hooks.example/T1", actor="ops")
            rules = [
                str(add_rule(owner, "ops", Trigger.FAILED, actor="ops", project_id="tower-a").id)
                for _ in range(2)
            ]
            ids |= {"channel": ["ops"], "rule_id": rules[:1]}
            to_delete = _to_delete(owner, storage, api, as_admin) | {"rule_id": rules[1:]}
            yield Served(server.url, headers, ids, to_delete)


def _to_delete(
    owner: psycopg.Connection[Any], storage: Storage, api: str, as_admin: dict[str, Any]
) -> dict[str, list[str]]:
    """A document, a condition and a measurement that nothing else is asked about."""
    page = draw_page(owner, storage, "tower-a", 300, 200)
    document = requests.get(f"{api}/pages/{page}", **as_admin).json()["document_id"]
    slabs = [
        requests.post(
            f"{api}/projects/tower-a/conditions",
            json={"name": name, "measurement_type": "area"},
            **as_admin,
        ).json()["id"]
        for name in ("Kept for a while", "Not kept")
    ]
    kept = draw_page(owner, storage, "tower-a", 300, 200)
    measure_slab(owner, kept, UUID(slabs[0]))
    measured = requests.get(f"{api}/pages/{kept}/measurements", **as_admin).json()
    return {
        "document_id": [document],
        "condition_id": [slabs[1]],
        "measurement_id": [measured["measurements"][0]["id"]],
    }


def seal(database: Database, var: Path) -> None:
    """Open a sealed log where the server looks for one, and seal what there is."""
    location = LogLocation.of(Settings.model_validate({"var_dir": var}))
    open_log(location, "example.com/ledger")
    with PostgresSource(database.url_for("sealer")) as source, location.sealer(source) as sealer:
        sealer.tick()


def started(ledger: Ledger) -> Any:
    task = ledger.register()
    ledger.start(task)
    return task


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_it_is_described(
    served: Served, name: str, mode: GenerationMode
) -> None:
    operation = OPERATIONS[name]
    checks = CHECKS + ([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])
    answers: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def ask(case: Any, data: st.DataObject) -> None:
        role = data.draw(st.sampled_from(ROLES))
        for place, values in (
            (ParameterLocation.PATH, case.path_parameters),
            (ParameterLocation.BODY, case.body),
        ):
            part = case.meta.components.get(place)
            if isinstance(values, dict) and part is not None and part.mode.is_positive:
                ids = served.to_delete if operation.method.upper() == "DELETE" else served.ids
                for taken in sorted(ids.keys() & values.keys()):
                    values[taken] = data.draw(st.sampled_from(ids[taken]))
        # A long poll and a live stream are waited for elsewhere.
        if isinstance(case.query, dict) and "wait_s" in case.query and mode.is_positive:
            case.query["wait_s"] = 0
        sent = case.as_transport_kwargs(base_url=served.url)
        sent["headers"] = {**sent.get("headers", {}), **served.headers[role]}
        with requests.request(**sent, timeout=30, stream=True) as answer:
            answers[answer.status_code] += 1
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                assert answer.status_code == 200
                return
            answer.content  # noqa: B018 (reads it)
            case.validate_response(answer, checks=checks)

    try:
        ask()
    except Exception as error:
        if "Unsatisfiable" in type(error).__name__ or "Impossible" in str(error):
            assert mode is GenerationMode.NEGATIVE, name
            return  # nothing about it can be wrong: it takes nothing
        raise
    assert answers
    if mode.is_positive and name.startswith("GET") and "{" in name:
        # Not only that what does not exist is not found.
        assert answers[200], answers


def test_every_operation_of_the_document_is_asked() -> None:
    document = _document()
    described = {
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    }
    assert described == set(OPERATIONS)

"""The JSON Schemas of the events' data are today's, and every version of every type has one."""

import json
from pathlib import Path

from task_ledger.model.events import MODELS
from task_ledger.ops.event_schemas import event_schemas, write
from task_ledger.ops.migrate import schema_folder
from tests.schema.calls import DATA

FOLDER = schema_folder() / "json"


def test_the_files_are_what_the_models_generate() -> None:
    for name, text in event_schemas().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, (
            f"{name} is out of date: run python -m task_ledger.ops.event_schemas"
        )


def test_every_version_of_every_type_has_a_file_and_there_is_no_other() -> None:
    wanted = {
        f"{event_type}.v{version}.json"
        for event_type, model in MODELS.items()
        for version in range(1, model.schema_version + 1)
    }
    assert {path.name for path in FOLDER.iterdir()} == wanted


def test_each_schema_names_the_fields_of_its_model_and_allows_no_other() -> None:
    for event_type, model in MODELS.items():
        schema = json.loads((FOLDER / f"{event_type}.v{model.schema_version}.json").read_text())
        assert set(schema["properties"]) == set(model.model_fields)
        assert schema["additionalProperties"] is False
        assert set(schema.get("required", [])) <= set(json.loads(DATA[event_type]))


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "json"
    first = {path.name: path.read_bytes() for path in write(folder)}
    assert {path.name: path.read_bytes() for path in write(folder)} == first

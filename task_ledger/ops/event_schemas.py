"""JSON Schemas of the events' data, for readers of exports without this library.

`python -m task_ledger.ops.event_schemas` writes one file per type into `schema/json/`.
"""

import json
from pathlib import Path

from task_ledger.model.events import MODELS
from task_ledger.model.transitions import EventType
from task_ledger.ops.migrate import schema_folder


def event_schemas() -> dict[str, str]:
    """The text of each file by its name: `<type>.v<schema version>.json`."""
    return {_name(event_type): _text(event_type) for event_type in MODELS}


def write(folder: Path) -> list[Path]:
    """Write the current schemas into `folder`; files of older schema versions are kept."""
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in event_schemas()]
    for path, text in zip(paths, event_schemas().values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def _name(event_type: EventType) -> str:
    return f"{event_type}.v{MODELS[event_type].schema_version}.json"


def _text(event_type: EventType) -> str:
    model = MODELS[event_type]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated: python -m task_ledger.ops.event_schemas",
        **model.model_json_schema(mode="validation"),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for written in write(schema_folder() / "json"):
        print(written)  # noqa: T201

"""What a document of an archive may say."""

import json

import pytest

from task_ledger.archive.documents import File, parsed
from task_ledger.archive.errors import InvalidArchive


@pytest.mark.parametrize(
    "values", [{"name": "../../passwd"}, {"name": "a/b"}, {"name": ".."}, {"sha256": "0" * 65}]
)
def test_a_file_is_in_its_folder(values: dict[str, str]) -> None:
    file = {"name": "events-000001.ndjson.gz", "kind": "events", "rows": 1, "sha256": "0" * 64}
    assert parsed(File, json.dumps(file).encode(), "it").name == file["name"]
    with pytest.raises(InvalidArchive):
        parsed(File, json.dumps(file | values).encode(), "it")

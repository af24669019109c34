"""Malformed uploads: a clear problem each, no row, no file, no task."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from services.api.app import create_app
from task_ledger import access
from task_ledger.ops.settings import Settings
from tests.malformed.numbers import SENT, times
from tests.servers import Database
from tests.takeoff.files import pdf_bytes

PATH = "/api/v1/projects/tower-a/documents"
FORM = "multipart/form-data; boundary=b"
FILE = 'form-data; name="file"; filename="a.pdf"'
PDF = pdf_bytes(pages=1)


def _part(disposition: str, content: bytes) -> bytes:
    head = f"--b\r\nContent-Disposition: {disposition}\r\n\r\n".encode("utf-8", "surrogateescape")
    return head + content + b"\r\n--b--\r\n"


NO_DRAWING = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"%PDF", b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n", b"II*\0", b"\xff\xd8\xff"]
    ),
    st.integers(5, len(PDF) // 2).map(lambda size: b"PK\x03\x04" + PDF[4:size]),
)
FORMS = st.one_of(
    # What is in the file is no drawing.
    NO_DRAWING.map(
        lambda content: (FORM, _part('form-data; name="file"; filename="a.pdf"', content))
    ),
    # The form is no form: another field, no file name, no end, no boundary, no multipart at all.
    st.binary(max_size=80).map(lambda raw: (FORM, raw)),
    st.binary(max_size=80).map(lambda raw: (FORM, b"--b\r\n" + raw)),
    st.text(max_size=12).map(
        lambda name: (FORM, _part(f'form-data; name="x{name}"; filename="a.pdf"', PDF))
    ),
    st.just((FORM, _part('form-data; name="file"', PDF))),
    st.integers(8, 200).map(lambda cut: (FORM, _part(FILE, PDF)[:-cut])),
    st.sampled_from(
        ["multipart/form-data", "application/json", "text/plain", "application/pdf"]
    ).map(lambda kind: (kind, PDF)),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30).map(
        lambda kind: (f"multipart/form-data; {kind}", PDF)
    ),
)


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[TestClient]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        token = access.create(owner, "ops", "admin", None)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/api/v1/projects", json={"name": "tower-a", "id": "tower-a"})
        yield client


def test_no_malformed_upload_leaves_anything(
    client: TestClient, settings: Settings, database: Database
) -> None:
    refused = 0

    @given(FORMS)
    @times("uploads")
    def send(form: tuple[str, bytes]) -> None:
        nonlocal refused
        kind, body = form
        answer: Any = client.post(PATH, content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 413, 415, 422}, (form, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        refused += 1

    send()
    assert refused >= SENT["uploads"]
    with psycopg.connect(database.superuser_url) as connection:
        for table in (
            "takeoff.document",
            "task_ledger.task_event",
            "task_ledger.outbox",
            "task_ledger.message",
        ):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert [path for path in settings.var_dir.rglob("*") if path.is_file()] == []
    file = ("A-101.pdf", PDF)
    assert client.post(PATH, files={"file": file}).status_code == 202

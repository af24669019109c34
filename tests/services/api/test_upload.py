"""Uploads: stored, registered and enqueued together, or nothing at all."""

import io
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import psycopg
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from services.api.app import create_app
from task_ledger.ops.settings import Settings
from tests.services.api.processes import serving
from tests.takeoff.files import edited, image_bytes, pdf_bytes, unchanged
from tests.task_ledger.server.processes import Server, eventually, resident_bytes

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/documents"


@pytest.fixture
def project(client: TestClient) -> TestClient:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    return client


@pytest.fixture
def nothing_stored(owner: psycopg.Connection[Any], settings: Settings) -> Iterator[None]:
    yield
    for table in (
        "takeoff.document",
        "task_ledger.task_event",
        "task_ledger.outbox",
        "task_ledger.message",
    ):
        row = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row == (0,), table
    assert _files(settings) == []


def _files(settings: Settings) -> list[Path]:
    return [path for path in settings.var_dir.rglob("*") if path.is_file()]


def test_an_upload_is_stored_and_its_task_registered(
    project: TestClient, settings: Settings, owner: psycopg.Connection[Any]
) -> None:
    content = pdf_bytes(pages=2)
    answer = project.post(PATH, files={"file": ("A-101.pdf", content, "text/html")})
    assert answer.status_code == 202
    body = answer.json()
    assert body["task_type"] == "document_processing"
    assert body["task_name"] == "Process A-101.pdf"
    assert body["version"] == 1
    assert "A-101.pdf" in body["message"]
    assert answer.headers["location"] == f"/api/v1/tasks/{body['task_id']}"
    task = project.get(answer.headers["location"]).json()
    assert (task["status"], task["actor"], task["max_attempts"]) == ("PENDING", "ops", 4)
    assert task["entity"] == {"type": "document", "id": body["document_id"]}
    document = project.get(f"/api/v1/documents/{body['document_id']}").json()
    assert document["content_type"] == "application/pdf"
    assert (document["size_bytes"], document["page_count"]) == (len(content), None)
    assert document["uploaded_by"] == "ops"
    (stored,) = _files(settings)
    assert stored.read_bytes() == content
    message = owner.execute(
        "SELECT headers ->> 'task', routing_key, convert_from(body, 'UTF8') FROM"
        " task_ledger.message"
    ).fetchall()
    assert [(task, key) for task, key, _ in message] == [("takeoff.process_document", "celery")]
    assert body["document_id"] in message[0][2]
    assert owner.execute("SELECT attempt FROM task_ledger.outbox").fetchall() == [(1,)]
    assert project.get(f"/api/v1/documents/{body['document_id']}/pages").json() == {
        "pages": [],
        "next": None,
    }


def test_documents_are_listed_newest_first_in_pages(project: TestClient) -> None:
    for n in range(3):
        project.post(PATH, files={"file": (f"{n}.pdf", pdf_bytes(pages=1))})
    listed = "/api/v1/projects/tower-a/documents"
    first = project.get(f"{listed}?limit=2").json()
    assert [document["file_name"] for document in first["documents"]] == ["2.pdf", "1.pdf"]
    rest = project.get(f"{listed}?limit=2&cursor={first['next']}").json()
    assert [document["file_name"] for document in rest["documents"]] == ["0.pdf"]
    assert rest["next"] is None
    assert project.get("/api/v1/projects/tower-b/documents").status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_images_are_taken_by_their_content(project: TestClient, kind: str) -> None:
    content = image_bytes(Image.new("L", (300, 200), 255), kind)
    answer = project.post(PATH, files={"file": ("scan.pdf", content)})
    document = project.get(f"/api/v1/documents/{answer.json()['document_id']}").json()
    assert document["content_type"] == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"hello, this is no drawing" * 50, 422, "not_supported_type"),
        (pdf_bytes()[:-700], 422, "truncated"),
        (
            edited(pdf_bytes(), unchanged, encryption=pikepdf.Encryption(owner="o", user="u")),
            422,
            "encrypted",
        ),
    ],
    ids=["empty", "no drawing", "truncated", "encrypted"],
)
@pytest.mark.usefixtures("nothing_stored")
def test_what_is_no_drawing_is_refused_with_the_reason(
    project: TestClient, content: bytes, status: int, code: str
) -> None:
    answer = project.post(PATH, files={"file": ("A-101.pdf", content, "application/pdf")})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json()["detail"]) > 10


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({}, b"%PDF-1.7", 415, "not_multipart"),
        ({"Content-Type": "application/pdf"}, b"%PDF-1.7", 415, "not_multipart"),
        ({"Content-Type": "multipart/form-data"}, b"x", 415, "not_multipart"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"nonsense", 400, "malformed_body"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"", 400, "malformed_body"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b--\r\n", 400, "malformed_body"),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF',
            400,
            "malformed_body",
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--b--\r\n',
            400,
            "other_part",
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=" + "b" * 300},
            b"",
            400,
            "malformed_body",
        ),
    ],
)
@pytest.mark.usefixtures("nothing_stored")
def test_a_body_that_is_no_form_is_refused(
    project: TestClient, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    answer = project.post(PATH, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.usefixtures("nothing_stored")
def test_a_second_part_is_refused(project: TestClient) -> None:
    answer = project.post(
        PATH, files=[("file", ("a.pdf", pdf_bytes())), ("file", ("b.pdf", pdf_bytes()))]
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "other_part")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\A-101.pdf", "A-101.pdf"),
        ("Grundriß 2. OG.pdf", "Grundriß 2. OG.pdf"),
        ("x" * 400, "x" * 255),
        ("a\tb.pdf", "a\ufffdb.pdf"),
    ],
)
def test_a_file_name_is_shown_without_folders_or_control_characters(
    project: TestClient, given: str, shown: str
) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + given.encode()
        + b'"\r\n\r\n'
        + pdf_bytes()
        + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = project.post(PATH, content=body, headers=headers)
    assert answer.status_code == 202
    document = project.get(f"/api/v1/documents/{answer.json()['document_id']}").json()
    assert document["file_name"] == shown


@pytest.mark.usefixtures("nothing_stored")
def test_only_operators_and_admins_upload_and_only_within_reach(
    project: TestClient, token: Token
) -> None:
    files = {"file": ("a.pdf", pdf_bytes())}
    for role in ("viewer", "auditor"):
        assert project.post(PATH, files=files, headers=token(role, role)).status_code == 403
    far = token("far", "operator", ["tower-b"])
    assert project.post(PATH, files=files, headers=far).status_code == 404
    missing = PATH.replace("tower-a", "tower-x")
    assert project.post(missing, files=files).status_code == 404


@pytest.mark.usefixtures("nothing_stored")
def test_what_cannot_be_enqueued_is_not_stored(
    project: TestClient, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA task_ledger FROM task_ledger_api")
    answer = project.post(PATH, files={"file": ("a.pdf", pdf_bytes())})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


@pytest.mark.usefixtures("nothing_stored")
def test_a_file_over_the_limit_is_refused_before_it_is_read(
    settings: Settings, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_LEDGER_MAX_UPLOAD_BYTES", "100000")
    with TestClient(create_app(settings), headers=token()) as client:
        client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})

        def endless() -> Iterator[bytes]:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(40):
                yield b"x" * 10_000

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        streamed = client.post(PATH, content=endless(), headers=headers)
        announced = client.post(PATH, files={"file": ("a.pdf", b"x" * 200_000)})
        for answer in (streamed, announced):
            assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


@pytest.fixture
def limited(environment: dict[str, str]) -> Iterator[Server]:
    with serving(environment | {"TASK_LEDGER_MAX_UPLOAD_BYTES": str(64 * 1024 * 1024)}) as server:
        yield server


@pytest.mark.usefixtures("nothing_stored")
def test_an_endless_upload_ends_at_the_limit_without_filling_memory(
    limited: Server, token: Token
) -> None:
    headers = token()
    with limited.client(headers) as client:
        client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
        before = resident_bytes(limited.process.pid)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    piece = b"x" * (1024 * 1024)
    sent, most = 0, 0
    with socket.create_connection(("127.0.0.1", limited.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"%x\r\n%s\r\n" % (len(form), form))
        try:
            while sent < 512:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                sent += 1
                most = max(most, resident_bytes(limited.process.pid))
        except ConnectionError:
            pass
    assert 64 <= sent < 512
    assert most - before < 32 * 1024 * 1024
    with limited.client(headers) as client:
        assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("nothing_stored")
def test_a_client_that_goes_away_leaves_nothing(
    server: Server, token: Token, settings: Settings
) -> None:
    headers = token()
    with server.client(headers) as client:
        client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    body = io.BytesIO(pdf_bytes()).read()[:5000]
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        eventually("the upload began", lambda: _files(settings) != [])
    eventually("the upload was given up", lambda: _files(settings) == [])

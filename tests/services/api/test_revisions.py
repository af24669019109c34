"""Of a sheet's revisions the current one counts, and what the newer one changes is told."""

import csv
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, storage_of

PROJECT = "/api/v1/projects/tower-a"
CHANGES = f"{PROJECT}/changes"
AMOUNTS = ("before", "after", "difference")
Sheets = list[UUID]


@pytest.fixture
def sheets(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> Sheets:
    """A-101 in three documents, the oldest first."""
    assert client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"}).status_code == 201
    return [draw_page(owner, storage_of(settings), "tower-a", 400, 300) for _ in range(3)]


def condition(client: TestClient, name: str) -> str:
    made = client.post(f"{PROJECT}/conditions", json={"name": name, "measurement_type": "area"})
    return made.json()["id"]


def draw(client: TestClient, page: UUID, of: str, feet: float) -> str:
    """An accepted square of so many feet a side, at 18.75 pixels per foot."""
    side = feet * 18.75
    geometry = {"points": [[0, 0], [side, 0], [side, side], [0, side]]}
    body = {"condition_id": of, "geometry_type": "polygon", "geometry": geometry}
    answer = client.post(f"/api/v1/pages/{page}/measurements", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["measurement"]["id"]


def revise(client: TestClient, newer: UUID, older: UUID, status: int = 200) -> Any:
    path = f"/api/v1/pages/{newer}/revision"
    answer = client.put(path, json={"supersedes": str(older)})
    assert answer.status_code == status, answer.text
    return answer.json()


def totals(client: TestClient) -> dict[str, tuple[float, int]]:
    found = client.get(f"{PROJECT}/conditions").json()["conditions"]
    return {
        each["name"]: (round(each["total_quantity"], 6), each["measurement_count"])
        for each in found
    }


def revision(client: TestClient, page: UUID) -> Any:
    return client.get(f"/api/v1/pages/{page}/revision").json()


def test_the_older_sheet_is_kept_and_counts_no_more_and_the_difference_is_told(
    client: TestClient, sheets: Sheets
) -> None:
    old, new, _ = sheets
    slab, pit, deck = (condition(client, name) for name in ("Slab", "Pit", "Deck"))
    draw(client, old, slab, 10)
    draw(client, old, pit, 2)
    draw(client, new, slab, 12)
    draw(client, new, deck, 3)
    assert totals(client) == {"Slab": (244, 2), "Pit": (4, 1), "Deck": (9, 1)}
    # What it may be a revision of: those with its number, the newest first.
    assert [each["page_id"] for each in revision(client, new)["candidates"]] == [
        str(sheets[2]),
        str(old),
    ]

    revise(client, new, old)
    assert totals(client) == {"Slab": (144, 1), "Pit": (0, 0), "Deck": (9, 1)}
    (kept, _) = client.get(f"/api/v1/pages/{old}/measurements").json()["measurements"]
    assert (round(kept["quantity"]), kept["review"]) == (100, "accepted")
    assert (kept["superseded"], kept["counts"], kept["waits"]) == (True, False, False)
    assert client.get(f"/api/v1/pages/{old}").json()["superseded_by"] == str(new)

    told = revision(client, new)
    assert (told["revision"]["older"]["page_id"], told["superseded_by"]) == (str(old), None)
    assert revision(client, old)["superseded_by"]["page_id"] == str(new)
    assert [
        (row["condition"], *(round(row[each]) for each in AMOUNTS), row["unit"])
        for row in told["revision"]["quantities"]
    ] == [("Deck", 0, 9, 9, "SF"), ("Pit", 4, 0, -4, "SF"), ("Slab", 100, 144, 44, "SF")]
    assert client.get(f"{PROJECT}/revisions").json()["revisions"] == [told["revision"]]
    rows = list(
        csv.DictReader(client.get(f"{PROJECT}/revisions.csv").text.lstrip("\ufeff").splitlines())
    )
    assert [(row["Sheet"], row["Condition"], round(float(row["Difference"]))) for row in rows] == [
        ("A-101", "Deck", 9),
        ("A-101", "Pit", -4),
        ("A-101", "Slab", 44),
    ]
    states = client.get(f"{PROJECT}/takeoff.csv").text
    assert states.count(",superseded,") == 2


def test_what_is_measured_on_a_superseded_sheet_counts_no_more_either(
    client: TestClient, sheets: Sheets
) -> None:
    old, new, _ = sheets
    slab = condition(client, "Slab")
    first = draw(client, old, slab, 10)
    deleted = client.delete(f"/api/v1/measurements/{first}").json()
    revise(client, new, old)
    draw(client, old, slab, 5)
    assert totals(client)["Slab"] == (0, 0)
    # Brought back, it is on a sheet that was superseded meanwhile.
    assert client.post(f"/api/v1/changes/{deleted['change_id']}/undo").is_success
    assert totals(client)["Slab"] == (0, 0)
    assert client.delete(f"/api/v1/pages/{new}/revision").is_success
    assert totals(client)["Slab"] == (125, 2)


def test_a_revision_is_recorded_and_taken_back_and_made_again(
    client: TestClient, sheets: Sheets
) -> None:
    old, new, _ = sheets
    slab = condition(client, "Slab")
    draw(client, old, slab, 10)
    made = revise(client, new, old)
    (change,) = client.get(CHANGES, params={"page_id": str(old), "limit": 1}).json()["changes"]
    assert (change["action"], change["changed_by"]) == ("sheet_superseded", "ops")
    assert (change["before"], change["after"]) == (
        {"superseded_by": None},
        {"superseded_by": str(new)},
    )
    back = client.post(f"/api/v1/changes/{made['change_id']}/undo").json()
    assert totals(client)["Slab"] == (100, 1)
    again = client.post(f"/api/v1/changes/{back['change_id']}/undo")
    assert again.is_success, again.text
    assert totals(client)["Slab"] == (0, 0)
    twice = client.post(f"/api/v1/changes/{made['change_id']}/undo")
    assert (twice.status_code, twice.json()["code"]) == (409, "cannot_undo")


def test_what_cannot_be_a_revision_is_refused(
    client: TestClient, owner: psycopg.Connection[Any], settings: Settings, sheets: Sheets
) -> None:
    first, second, third = sheets
    revise(client, second, first)
    assert revise(client, first, first, 422)["code"] == "no_revision"
    # In a circle, the two would supersede each other.
    assert revise(client, first, second, 422)["code"] == "no_revision"
    assert revise(client, third, first, 409)["code"] == "already_revised"
    assert revise(client, second, third, 409)["code"] == "already_revised"
    client.post("/api/v1/projects", json={"name": "B", "id": "tower-b"})
    theirs = draw_page(owner, storage_of(settings), "tower-b", 400, 300)
    assert revise(client, third, theirs, 422)["code"] == "no_revision"
    assert client.delete(f"/api/v1/pages/{third}/revision").status_code == 404
    assert len(client.get(f"{PROJECT}/revisions").json()["revisions"]) == 1


@pytest.mark.parametrize("deleted", ["the middle one", "the newest one"])
def test_a_sheet_whose_newer_revision_is_deleted_counts_again(
    client: TestClient, sheets: Sheets, deleted: str
) -> None:
    slab = condition(client, "Slab")
    for page, feet in zip(sheets, (10, 11, 12), strict=True):
        draw(client, page, slab, feet)
    revise(client, sheets[1], sheets[0])
    revise(client, sheets[2], sheets[1])
    assert totals(client)["Slab"] == (144, 1)
    gone = sheets[1] if deleted == "the middle one" else sheets[2]
    document = client.get(f"/api/v1/pages/{gone}").json()["document_id"]
    assert client.delete(f"/api/v1/documents/{document}").status_code == 202
    older = client.get(f"/api/v1/pages/{sheets[0]}").json()
    if deleted == "the middle one":
        assert older["superseded_by"] == str(sheets[2])
        assert totals(client)["Slab"] == (144, 1)
    else:
        assert client.get(f"/api/v1/pages/{sheets[1]}").json()["superseded_by"] is None
        assert totals(client)["Slab"] == (121, 1)

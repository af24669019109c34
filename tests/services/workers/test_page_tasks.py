"""Reading pages: from the route through the worker to the project's list."""

from pathlib import Path
from typing import Any

import pytest

from takeoff.sample import write_sample
from takeoff.storage import document_key
from takeoff.terms import ContentType
from tests.services.workers.running import System
from tests.takeoff.ocr.images import lettered_image
from tests.takeoff.sheets import Sheet


@pytest.fixture(scope="module")
def pages(system: System, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The two pages of the sample set, processed and read."""
    path = tmp_path_factory.mktemp("drawings") / "sample.pdf"
    write_sample(path)
    return system.processed(path)


def small_sheet(folder: Path) -> Path:
    """A sheet of one page with a scale that its dimensions confirm."""
    sheet = Sheet()
    sheet.number("A-101")
    sheet.view(100, 80, "FIRST FLOOR PLAN", 'SCALE: 1/4" = 1\'-0"')
    sheet.dimensions(18.0)
    return sheet.save(folder)


def test_an_upload_shows_document_processing_and_its_progress_commits_no_page(
    system: System, tmp_path: Path
) -> None:
    path = small_sheet(tmp_path)
    # No row of the document is there to be locked before the upload.
    with system.connection.transaction():
        system.connection.execute("LOCK TABLE takeoff.page IN EXCLUSIVE MODE")
        uploaded = system.upload(path)
        task_id = uploaded["task_id"]
        # The last step that it reaches before its first row has to be written.
        system.until(
            lambda: (
                (system.in_list(task_id).get("progress") or {}).get("step") == "Saving page records"
            ),
            "progress in the list",
        )
        during = system.in_list(task_id)
        assert (during["status"], during["task_type"]) == ("PROGRESS", "document_processing")
        document = system.get(f"/documents/{uploaded['document_id']}")
        assert document["page_count"] is None
    result = system.succeeded(task_id)
    assert result == {"document_id": uploaded["document_id"], "page_count": 1}
    assert system.steps(task_id) == [
        (10, "Downloading file"),
        (40, "Extracting pages"),
        (70, "Saving page records"),
        (90, "Queueing OCR"),
    ]


def test_the_ocr_that_follows_by_itself_is_done_and_not_listed(
    system: System, pages: list[dict[str, Any]]
) -> None:
    assert [(page["sheet_number"], page["title"]) for page in pages] == [
        ("A-101", "FLOOR PLAN"),
        ("S-101", "FOUNDATION PLAN"),
    ]
    ids = {page["id"] for page in pages}
    assert not [task for task in system.listed() if (task["entity"] or {}).get("id") in ids]


def test_reprocess_ocr_is_listed_with_its_progress_and_commits_nothing_before_its_end(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[0]["id"]
    system.connection.execute(
        "UPDATE takeoff.page SET ocr_text = 'old', sheet_number = 'old' WHERE id = %s", (page_id,)
    )
    with system.holding("page", page_id):
        task_id = system.ask(f"/pages/{page_id}/reprocess-ocr")
        system.until(
            lambda: (system.in_list(task_id).get("progress") or {}).get("percent") == 90,
            "the last step in the list",
        )
        during = system.in_list(task_id)
        assert (during["status"], during["task_type"]) == ("PROGRESS", "ocr_processing")
        assert during["progress"]["step"] == "Saving results"
        assert system.get(f"/pages/{page_id}")["ocr_text"] == "old"
    result = system.succeeded(task_id)
    page = system.get(f"/pages/{page_id}")
    assert result == {
        "page_id": page_id,
        "text_length": len(page["ocr_text"]),
        "sheet_number": "A-101",
        "title": "FLOOR PLAN",
    }
    assert system.steps(task_id) == [
        (10, "Downloading page image"),
        (40, "Running OCR"),
        (70, "Parsing title block"),
        (90, "Saving results"),
    ]
    finding = page["title_block"]["sheet_number"]
    inside = [
        word["text"]
        for word in page["ocr_blocks"]
        if finding["box"][0] <= (word["left"] + word["right"]) / 2 <= finding["box"][2]
        and finding["box"][1] <= (word["top"] + word["bottom"]) / 2 <= finding["box"][3]
    ]
    assert inside == ["A-101"]
    assert "largest" in finding["rule"]


def test_classify_is_listed_with_its_progress_and_keeps_its_evidence(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[1]["id"]
    with system.holding("page", page_id):
        task_id = system.ask(f"/pages/{page_id}/classify")
        system.until(
            lambda: (system.in_list(task_id).get("progress") or {}).get("percent") == 90,
            "the last step in the list",
        )
        assert system.in_list(task_id)["task_type"] == "page_classification"
        assert system.get(f"/pages/{page_id}")["discipline"] is None
    assert system.succeeded(task_id) == {
        "page_id": page_id,
        "discipline": "structural",
        "page_type": "foundation plan",
        "concrete_relevance": "high",
        "provider": "ocr",
    }
    assert system.steps(task_id) == [
        (10, "Loading page data"),
        (30, "Running OCR classification"),
        (70, "Updating page record"),
        (90, "Saving classification history"),
    ]
    page = system.get(f"/pages/{page_id}")
    discipline = page["classification"]["discipline"]
    assert (discipline["value"], discipline["rule"]) == ("structural", "sheet number")
    assert discipline["evidence"] == ["S-101"]
    assert discipline["boxes"] == [page["title_block"]["sheet_number"]["box"]]
    history = system.connection.execute(
        "SELECT task_id::text, provider, used_vision, discipline, evidence"
        " FROM takeoff.classification_history WHERE page_id = %s",
        (page_id,),
    ).fetchall()
    assert history == [(task_id, "ocr", False, "structural", page["classification"])]


def test_classify_by_vision_asks_the_provider_and_shows_where_its_evidence_stands(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[0]["id"]
    system.providers.answers["SeenSheet"] = {
        "discipline": "interiors",
        "page_type": "floor plan",
        "concrete_relevance": None,
        "confidence": 0.8,
        "evidence": ["FLOOR PLAN", "a desk"],
    }
    asked = {"provider": "openai", "use_vision": True}
    task_id = system.ask(f"/pages/{page_id}/classify", asked)
    assert system.succeeded(task_id) == {
        "page_id": page_id,
        "discipline": "interiors",
        "page_type": "floor plan",
        "concrete_relevance": None,
        "provider": "openai",
    }
    assert system.steps(task_id)[1] == (30, "Running vision classification")
    page = system.get(f"/pages/{page_id}")
    seen = page["classification"]["page_type"]
    assert (seen["rule"], seen["evidence"]) == ("seen by seer-o-1", ["FLOOR PLAN", "a desk"])
    assert len(seen["boxes"]) == 1
    history = system.connection.execute(
        "SELECT provider, model, used_vision, confidence FROM takeoff.classification_history"
        " WHERE page_id = %s ORDER BY created_at DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    assert history == ("openai", "seer-o-1", True, 0.0)


def test_a_provider_that_cannot_see_or_is_not_set_up_fails_at_once_and_says_what_to_do(
    system: System, pages: list[dict[str, Any]]
) -> None:
    path = f"/pages/{pages[0]['id']}/classify"
    for asked, said in (
        ({"provider": "anthropic"}, "TASK_LEDGER_ANTHROPIC_API_KEY"),
        ({"provider": "local", "use_vision": True}, "openai or anthropic"),
    ):
        task = system.ended(system.ask(path, asked))
        assert task["status"] == "FAILURE"
        assert said in task["error"]["message"]


def test_detect_scale_is_listed_with_its_progress_and_keeps_its_evidence(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[1]["id"]
    with system.holding("page", page_id):
        task_id = system.ask(f"/pages/{page_id}/detect-scale")
        system.until(
            lambda: (system.in_list(task_id).get("progress") or {}).get("percent") == 90,
            "the last step in the list",
        )
        assert system.in_list(task_id)["task_type"] == "scale_detection"
        assert system.get(f"/pages/{page_id}")["scale_value"] is None
    result = system.succeeded(task_id)
    assert (result["page_id"], result["calibrated"]) == (page_id, True)
    assert result["scale_value"] == pytest.approx(18.0 * 150 / 72, rel=0.005)
    assert result["scale_text"] == '1/4" = 1\'-0"'
    assert system.steps(task_id) == [
        (10, "Loading page data"),
        (30, "Downloading image"),
        (60, "Detecting scale"),
        (90, "Saving results"),
    ]
    page = system.get(f"/pages/{page_id}")
    assert (page["scale_value"], page["scale_unit"]) == (result["scale_value"], "ft")
    assert page["scale_method"] == "dimension strings"
    sources = {each["source"] for each in page["scale_detection"]["evidence"]}
    assert {"dimension strings", "view title"} <= sources
    for each in page["scale_detection"]["evidence"]:
        left, top, right, bottom = each["box"]
        assert 0 <= left < right <= page["width_px"]
        assert 0 <= top < bottom <= page["height_px"]


def test_a_reduced_print_is_reported_in_the_result_and_on_the_page(
    system: System, tmp_path: Path
) -> None:
    sheet = Sheet()
    sheet.number("A-301")
    sheet.view(100, 80, "FIRST FLOOR PLAN", 'SCALE: 1/4" = 1\'-0"')
    sheet.dimensions(9.0)
    (page,) = system.processed(sheet.save(tmp_path))
    result = system.succeeded(system.ask(f"/pages/{page['id']}/detect-scale"))
    assert result["calibrated"] is False
    assert any("50.0% of its size" in reason for reason in result["reasons"])
    shown = system.get(f"/pages/{page['id']}")
    assert shown["calibrated"] is False
    assert shown["scale_detection"]["reasons"] == result["reasons"]


def test_a_scale_by_hand_holds_at_once_and_no_detection_changes_it(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    path = f"/api/v1/pages/{page['id']}/scale"
    line = {"start": [100, 200], "end": [400, 600], "feet": 20}
    answer = system.api.put(path, json={"line": line}).json()
    assert (answer["scale_value"], answer["calibrated"]) == (25.0, True)
    assert (answer["scale_method"], answer["scale_unit"]) == ("manual", "ft")
    assert answer["scale_calibration"]["by"] == "ops"

    result = system.succeeded(system.ask(f"/pages/{page['id']}/detect-scale"))
    assert (result["scale_value"], result["method"]) == (25.0, "manual")
    shown = system.get(f"/pages/{page['id']}")
    assert (shown["scale_value"], shown["scale_method"]) == (25.0, "manual")
    found = shown["scale_detection"]["pixels_per_foot"]
    assert found == pytest.approx(18.0 * 150 / 72, rel=0.005)


def test_a_calibration_while_detection_runs_wins(system: System, tmp_path: Path) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    with system.holding("page", page["id"]) as calibrating:
        task_id = system.ask(f"/pages/{page['id']}/detect-scale")
        system.until(
            lambda: (system.in_list(task_id).get("progress") or {}).get("percent") == 90,
            "the last step in the list",
        )
        # Detection waits for the row, and does not know yet what is about to be committed.
        calibrating.execute(
            "UPDATE takeoff.page SET scale_value = 30, scale_method = 'manual', calibrated = true"
            " WHERE id = %s",
            (page["id"],),
        )
        calibrating.commit()
    assert system.succeeded(task_id)["scale_value"] == 30
    assert system.get(f"/pages/{page['id']}")["scale_method"] == "manual"


def test_accurate_mode_reads_all_of_a_scan_by_the_better_engine(
    system: System, tmp_path: Path
) -> None:
    path = tmp_path / "scan.png"
    lettered_image((1100, 850), [("LOBBY", (300, 300)), ("A-104", (850, 750))]).save(
        path, dpi=(100, 100)
    )
    (page,) = system.processed(path)
    assert page["sheet_number"] == "A-104"
    task_id = system.ask(f"/pages/{page['id']}/reprocess-ocr", {"ocr_mode": "accurate"})
    assert system.succeeded(task_id)["sheet_number"] == "A-104"
    words = system.get(f"/pages/{page['id']}")["ocr_blocks"]
    assert {(word["text"], word["source"]) for word in words} == {
        ("LOBBY", "rapidocr"),
        ("A-104", "rapidocr"),
    }
    refused = system.api.post(
        f"/api/v1/pages/{page['id']}/reprocess-ocr", json={"ocr_mode": "best"}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scale_value": 0},
        {"scale_value": 20, "scale_text": "1:100"},
        {"scale_text": "about so"},
        {"scale_text": "N.T.S."},
        {"line": {"start": [5, 5], "end": [5, 5], "feet": 3}},
        {"line": {"start": [5, 5], "end": [9, 5], "feet": -3}},
        {"scale_value": 1e-9},
        {"scale": 3},
    ],
)
def test_what_is_no_scale_is_refused(
    system: System, pages: list[dict[str, Any]], body: dict[str, Any]
) -> None:
    before = system.get(f"/pages/{pages[0]['id']}")
    answer = system.api.put(f"/api/v1/pages/{pages[0]['id']}/scale", json=body)
    assert answer.status_code == 422
    assert system.get(f"/pages/{pages[0]['id']}") == before


def test_a_retrying_task_shows_retry_in_its_countdown_and_never_failure(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    key = document_key(page["document_id"], ContentType.PDF)
    (file,) = [path for path in system.settings.var_dir.rglob("source.pdf") if key in str(path)]
    away = file.rename(tmp_path / "away.pdf")
    task_id = system.ask(f"/pages/{page['id']}/reprocess-ocr")
    shown: list[str] = []

    def retrying() -> bool:
        task = system.in_list(task_id)
        shown.append(task.get("status", ""))
        return task.get("status") == "RETRY"

    system.until(retrying, "RETRY in the list")
    task = system.in_list(task_id)
    if task["status"] == "RETRY":
        assert task["retry"]["reason"] == "error"
        assert task["retry"]["due_at"] is not None
    away.rename(file)
    assert system.succeeded(task_id)["sheet_number"] == "A-101"
    events = system.get(f"/tasks/{task_id}/events?limit=500")["events"]
    kinds = [event["type"] for event in events]
    assert "retrying" in kinds
    assert "failed" not in kinds
    assert "FAILURE" not in shown


def test_a_page_that_is_not_there_fails_at_once(system: System) -> None:
    missing = "01890000-0000-7000-8000-000000000000"
    for path in ("reprocess-ocr", "classify", "detect-scale"):
        assert system.api.post(f"/api/v1/pages/{missing}/{path}").status_code == 404


def test_the_untracked_tasks_do_their_work(system: System, pages: list[dict[str, Any]]) -> None:
    document_id = pages[0]["document_id"]
    system.connection.execute(
        "UPDATE takeoff.page SET discipline = NULL, scale_value = NULL, calibrated = false,"
        " scale_method = NULL, sheet_number = NULL, ocr_text = NULL WHERE document_id = %s",
        (document_id,),
    )
    listed = len(system.listed())
    for task in ("process_document_ocr", "classify_document_pages", "detect_document_scales"):
        system.sender.send_task(f"takeoff.{task}", [document_id])

    def done() -> bool:
        found = system.get(f"/documents/{document_id}/pages")["pages"]
        return [
            (page["sheet_number"], page["discipline"], page["calibrated"]) for page in found
        ] == [("A-101", "architectural", True), ("S-101", "structural", True)]

    system.until(done, "what three orchestrators queued", 120)
    assert len(system.listed()) == listed


def test_the_title_block_is_read_again_from_the_image(system: System, tmp_path: Path) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    system.connection.execute(
        "UPDATE takeoff.page SET sheet_number = NULL, title = NULL, ocr_blocks = '[]'"
        " WHERE id = %s",
        (page["id"],),
    )
    listed = len(system.listed())
    system.sender.send_task("takeoff.process_document_title_block", [page["document_id"]])
    system.until(
        lambda: system.get(f"/pages/{page['id']}")["sheet_number"] == "A-101",
        "the sheet number",
        120,
    )
    assert len(system.listed()) == listed

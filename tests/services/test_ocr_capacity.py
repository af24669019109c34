"""As many page images are read at the same time as the settings say, or the machine can hold."""

import pytest

from services import ocr_capacity
from services.demo.processes import workers
from services.ocr_capacity import PAGE_BYTES, pages_at_once, processors, share_processors, threads
from task_ledger.ops.settings import Settings

ADDRESSES = {"database_url": "postgresql://login@host/name", "broker_url": "redis://host"}


@pytest.mark.parametrize(
    ("processors", "pages_of_memory", "expected"),
    [(2, 12, 2), (8, 5, 4), (8, 1, 1), (1, 50, 1)],
    ids=["by processors", "by memory", "little memory", "one processor"],
)
def test_by_default_both_processors_and_memory_decide(
    monkeypatch: pytest.MonkeyPatch, processors: int, pages_of_memory: int, expected: int
) -> None:
    monkeypatch.setattr(ocr_capacity, "processors", lambda: processors)
    monkeypatch.setattr(ocr_capacity, "_memory_bytes", lambda: pages_of_memory * PAGE_BYTES)
    assert pages_at_once(None) == expected
    assert pages_at_once(3) == 3
    try:
        share_processors(expected)
        assert threads() == max(1, processors // expected)
    finally:
        share_processors(1)


def test_the_ocr_worker_has_a_process_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_OCR_PAGES_AT_ONCE", "3")
    (ocr,) = [each for each in workers(Settings.model_validate(ADDRESSES)) if "ocr" in each.name]
    assert ocr.argv[ocr.argv.index("--concurrency") + 1] == "3"
    assert processors() >= 1

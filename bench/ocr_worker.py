"""`python -m bench.ocr_worker`: print the memory of an OCR worker's own processes, without the
engines.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from celery import Celery
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bench.processes import log_of, process, until
from bench.servers import Servers, servers
from services.plugin import takeoff
from takeoff.models import Document, Page, Project
from takeoff.quality.memory import descendants
from takeoff.sample import write_sample
from takeoff.storage import document_key, open_storage
from takeoff.terms import ContentType
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.ops.migrate import upgrade

_NAME = "worker-ocr"
_DPI, _SIZE_PX = 150, (5400, 3600)
_READ_WITHIN_S = 600.0
_HEAD = """
## What the worker itself holds

Written by `python -m bench.ocr_worker >> docs/ocr-cost.md`: the two processes of a worker that was
started as `task-ledger worker --queues ocr --concurrency 1`, in MB. They share pages, which RSS
counts in each; PSS counts a shared page once, by halves. What the process with the engines takes is
in the table above: it is started for a page, and ends with it.

| when | main: RSS | PSS | child: RSS | PSS | most RSS of both |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure a real worker before and after it has read one sheet. Takes a minute; Linux only."""
    with servers() as running:
        upgrade(running.database_url, takeoff.schemas)
        sys.stdout.write(_HEAD + "\n".join(_rows(running)) + "\n")


def _rows(running: Servers) -> Iterator[str]:
    worker = ("celery", "--app", "services.workers.app", "worker", "--pool", "prefork")
    options = ("--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    with (
        _page(running) as (page_id, session),
        process(running, _NAME, *worker, *options, "--queues", "ocr") as started,
    ):
        until(running, _NAME, lambda: b" ready." in log_of(running, _NAME).read_bytes())
        yield _row("ready, nothing read", started.pid)
        with Celery(broker=running.broker_url, set_as_current=False) as sender:
            sender.send_task(
                "takeoff.process_page_ocr",
                kwargs={"page_id": str(page_id), "ocr_mode": "accurate"},
                queue="ocr",
                task_id=str(uuid4()),
            )
        _wait_until_read(session, page_id)
        yield _row("one sheet read, accurate", started.pid)


@contextmanager
def _page(running: Servers) -> Iterator[tuple[UUID, Session]]:
    """Store the second page of the sample set as if it had been uploaded and split."""
    path = running.folder / "sample.pdf"
    write_sample(path)
    engine = create_engine(sqlalchemy_url(running.superuser_url))
    with Session(engine) as session:
        document = Document(
            id=uuid4(), project_id="p", file_name=path.name, content_type=ContentType.PDF,
            sha256="0" * 64, size_bytes=path.stat().st_size, storage_key="", uploaded_by="bench",
        )  # fmt: skip
        document.storage_key = document_key(document.id, ContentType.PDF)
        session.add(Project(id="p", name="P", created_by="bench"))
        session.flush()
        session.add(document)
        session.flush()
        page = Page(
            document_id=document.id, number=2, image_key="none", dpi=_DPI,
            width_px=_SIZE_PX[0], height_px=_SIZE_PX[1], width_in=36, height_in=24,
        )  # fmt: skip
        session.add(page)
        session.commit()
        storage = open_storage(str(running.folder / "var" / "storage"))
        storage.put_file(document.storage_key, path)
        yield page.id, session
    engine.dispose()


def _wait_until_read(session: Session, page_id: UUID) -> None:
    deadline = time.monotonic() + _READ_WITHIN_S
    while session.scalar(select(Page.ocr_text).where(Page.id == page_id)) is None:
        session.rollback()
        if time.monotonic() > deadline:
            raise RuntimeError(f"no sheet was read within {_READ_WITHIN_S:g} s")
        time.sleep(0.2)


def _row(when: str, pid: int) -> str:
    pids = descendants(pid)
    if len(pids) != 2:
        raise RuntimeError(f"the worker has {len(pids)} processes, not 2")
    held = [(_kb(each, "status", "VmRSS"), _kb(each, "smaps_rollup", "Pss")) for each in pids]
    most = sum(_kb(each, "status", "VmHWM") for each in pids)
    cells = [_mb(kb) for each in held for kb in each]
    return f"| {when} | {' | '.join([*cells, _mb(most)])} |"


def _kb(pid: int, file: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.M)
    if found is None:
        raise RuntimeError(f"/proc/{pid}/{file} has no {name}")
    return int(found[1])


def _mb(kb: int) -> str:
    return f"{kb * 1024 / 1_000_000:.0f}"


if __name__ == "__main__":
    main()

"""The Celery application of the takeoff workers: `celery -A services.workers.app worker`."""

from typing import Any

from celery.signals import worker_init

from services.ocr_capacity import share_processors
from services.queues import FIRST, priority, queues
from takeoff.providers import ProviderSettings, preload
from task_ledger import LedgerCelery
from task_ledger.celery.worker.logs import configure_worker_logs
from task_ledger.ops.settings import Settings


def create_app(settings: Settings) -> LedgerCelery:
    """Return the application with its tasks, for the servers in `settings`.

    OCR has its own queue, because each page occupies a processor and much memory: run a worker with
    `--queues ocr` and as many processes as there is memory for. Pages with a sufficient text layer
    use the other queue and never wait for a scan.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    app = LedgerCelery(
        "takeoff",
        broker=settings.broker(),
        ledger_url=settings.url_for("worker"),
        engine_options={"pool_size": 1, "max_overflow": 1},
        include=[
            "services.workers.tasks.autonomous_ai_takeoff",
            "services.workers.tasks.batch_ai_takeoff",
            "services.workers.tasks.classify_page",
            "services.workers.tasks.compare_providers",
            "services.workers.tasks.delete_document_files",
            "services.workers.tasks.detect_page_scale",
            "services.workers.tasks.generate_ai_takeoff",
            "services.workers.tasks.process_document",
            "services.workers.tasks.process_page",
            "services.workers.tasks.process_page_ocr",
            "services.workers.tasks.process_page_title_block_ocr",
            "services.workers.tasks.process_pages",
            "services.workers.tasks.whole_documents",
        ],
    )
    app.conf.update(
        task_queues=queues(),
        task_default_priority=priority(app, FIRST),
        task_routes={
            "takeoff.process_page_ocr": {"queue": "ocr"},
            "takeoff.process_page_title_block_ocr": {"queue": "ocr"},
        },
        task_default_queue="celery",
        task_ignore_result=True,
        task_acks_late=True,  # some bodies run untracked and must survive the loss of a worker too
        task_soft_time_limit=600,
        task_time_limit=660,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 3600},
    )
    return app


@worker_init.connect
def _prepare_before_forking(sender: Any, **_: Any) -> None:
    preload(ProviderSettings())
    # "auto" is not resolved yet; then each page gets all processors.
    if isinstance(sender.concurrency, int):
        share_processors(sender.concurrency)


configure_worker_logs()
app = create_app(Settings())

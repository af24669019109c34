"""Logs of the worker: one line of JSON per event, on standard error."""

import logging

import structlog


def configure_logs() -> None:
    """Render structlog's events as JSON, with the task, attempt and project they belong to."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("task_ledger").setLevel(logging.INFO)
    logging.getLogger("services").setLevel(logging.INFO)

"""Logs of a service that is a process of its own: the api, the projector."""

import sys

import structlog


def configure_logs() -> None:
    """Write structlog's events to standard error: lines for people on a terminal, JSON elsewhere.

    An exception is told with its stack and never with the values of local variables: a token, or
    what was uploaded, would be among them.
    """
    human = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if human else [structlog.processors.format_exc_info]),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if human
            else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

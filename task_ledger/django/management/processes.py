"""The environment of processes that the management commands start."""

import os
from typing import Any

from celery import current_app

from task_ledger.django import conf


def celery_application() -> Any:
    """The project's Celery application: the one that its package imports."""
    proxy: Any = current_app
    return proxy._get_current_object()


def set_environment() -> None:
    """Pass Django's settings for the ledger to this process and the one that replaces it."""
    app = celery_application()
    os.environ.update(conf.environment(app.conf.broker_write_url or app.conf.broker_url))

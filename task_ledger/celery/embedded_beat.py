"""`celery worker -B`: a beat beside the worker."""

from typing import Any

from celery import bootsteps


class EmbedBeat(bootsteps.Step):
    """Registers the tracked entries of an embedded beat, whatever its scheduler."""

    def __init__(self, parent: Any, **options: Any) -> None:
        """Choose the scheduler, before the worker starts its beat."""
        super().__init__(parent, **options)
        # Imported in workers only; applications that send do not need it.
        from task_ledger.celery.schedulers import registering

        parent.scheduler = registering(parent.scheduler, parent.app)

"""`celery worker -B`: a beat beside the worker."""

from typing import Any

from celery import bootsteps


class EmbedBeat(bootsteps.Step):
    """Lets the tracked entries of an embedded beat be registered, whatever its scheduler."""

    def __init__(self, parent: Any, **options: Any) -> None:
        """Choose the scheduler, before the worker starts its beat."""
        super().__init__(parent, **options)
        # Loaded in workers only: applications that send need none of it.
        from task_ledger.celery.schedulers import registering

        parent.scheduler = registering(parent.scheduler, parent.app)

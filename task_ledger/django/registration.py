"""Registering tasks in Django's transaction."""

from collections.abc import Iterable
from typing import Any, Unpack

from asgiref.sync import sync_to_async
from celery import Signature
from django.db import transaction
from django.db.models import Model

from task_ledger.django import conf
from task_ledger.django.actor import asking
from task_ledger.django.caller import DjangoTransaction
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.registration.enqueue import Enqueued
from task_ledger.registration.enqueue import enqueue as enqueue_in
from task_ledger.registration.enqueue_many import enqueue_many as enqueue_many_in
from task_ledger.registration.options import CommonOptions, SingleOptions


def enqueue(
    signature: Signature[Any],
    *,
    project_id: str | None = None,
    entity: Model | tuple[str, str] | None = None,
    actor: str | None = None,
    **options: Unpack[SingleOptions],
) -> Enqueued:
    """Register tasks and store their messages, on Django's connection of TASK_LEDGER['DATABASE'].

    Inside `transaction.atomic()` on that database, it is part of the transaction: once that
    commits, the tasks exist and will be dispatched; a rollback removes every trace of them. No
    `on_commit` is needed. The call runs in a savepoint, so if it raises, nothing is stored and the
    transaction stays usable. Outside `atomic()`, it runs in its own transaction and commits.

    Args:
        signature: as for `task_ledger.enqueue`.
        project_id: TASK_LEDGER['PROJECT'] by default.
        entity: the model instance that the tasks work on, stored as its label and primary key; or
            (type, id).
        actor: default: the actor of the surrounding `acting_as`, the request's user
            (`ActorMiddleware`), or what TASK_LEDGER['ACTOR'] returns.
        **options: `name`, `metadata`, `task_id`, `task_type`, `max_attempts` and `expires_at`, as
            for `task_ledger.enqueue`.

    Raises:
        UnsupportedConfiguration: no project given, or the entity has not been saved yet.
        LedgerError: as `task_ledger.enqueue`.
    """
    alias = conf.database()
    with transaction.atomic(using=alias):
        return enqueue_in(
            DjangoTransaction(alias),
            signature,
            project_id=_project(project_id),
            entity=_entity(entity),
            actor=actor or asking(),
            **options,
        )


async def aenqueue(signature: Signature[Any], **options: Any) -> Enqueued:
    """Like `enqueue`, for async code; always in its own transaction, since Django has no async
    transactions.

    To enqueue with rows, call `enqueue` in the synchronous function that writes them.
    """
    return await sync_to_async(enqueue, thread_sensitive=True)(signature, **options)


def enqueue_many(
    signatures: Iterable[Signature[Any]],
    *,
    project_id: str | None = None,
    entity: Model | tuple[str, str] | None = None,
    actor: str | None = None,
    **options: Unpack[CommonOptions],
) -> list[Enqueued]:
    """Register independent tasks, 1,000 in each statement; either all or none are stored.

    Connection and transaction are as for `enqueue`; everything else is as for
    `task_ledger.enqueue_many`.

    Raises:
        UnsupportedConfiguration: as `enqueue`.
        LedgerError: as `task_ledger.enqueue_many`.
    """
    alias = conf.database()
    with transaction.atomic(using=alias):
        return enqueue_many_in(
            DjangoTransaction(alias),
            signatures,
            project_id=_project(project_id),
            entity=_entity(entity),
            actor=actor or asking(),
            **options,
        )


def _project(given: str | None) -> str:
    found = given or conf.project()
    if not found:
        raise UnsupportedConfiguration(
            "no project given: pass project_id=…, or set TASK_LEDGER['PROJECT']"
        )
    return found


def _entity(given: Model | tuple[str, str] | None) -> tuple[str, str] | None:
    if not isinstance(given, Model):
        return given
    if given.pk is None:
        raise UnsupportedConfiguration(
            f"the {given._meta.label_lower} passed as entity has no primary key: save it"
            " before the task is enqueued"
        )
    return given._meta.label_lower, str(given.pk)

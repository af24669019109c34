"""The ledger's defaults for Celery settings; anything the application sets takes precedence."""

from typing import Any, cast

from celery.app.utils import Settings


def set_defaults(conf: Settings, defaults: dict[str, Any]) -> None:
    """Insert defaults that override Celery's own but not the application's settings.

    `Celery.add_defaults` would give them precedence over `config_from_object`.
    """
    for name in ("maps", "defaults"):
        layers = cast("list[Any]", vars(conf)[name])
        if defaults not in layers:
            layers.insert(len(layers) - 1, defaults)

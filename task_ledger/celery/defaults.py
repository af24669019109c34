"""The ledger's own defaults of Celery's settings: they give way to whatever an application sets."""

from typing import Any, cast

from celery.app.utils import Settings


def set_defaults(conf: Settings, defaults: dict[str, Any]) -> None:
    """Put defaults before Celery's own, and after all that the application sets.

    `Celery.add_defaults` would put them before the settings of `config_from_object`.
    """
    for name in ("maps", "defaults"):
        layers = cast("list[Any]", vars(conf)[name])
        if defaults not in layers:
            layers.insert(len(layers) - 1, defaults)

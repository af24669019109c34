"""Django's settings for tests in this process; workers have their own by DJANGO_SETTINGS_MODULE.

That variable is not set here: every Celery application made after it would be one of Django's.
"""

from typing import Any

SETTINGS: dict[str, Any] = {
    "DATABASES": {
        "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"},
        "other": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"},
        "file": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    },
    "INSTALLED_APPS": [
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "tests.task_ledger.django.shop",
        "task_ledger.django",
        "django_celery_beat",
    ],
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "USE_TZ": True,
    "LOGGING_CONFIG": None,
    "SECRET_KEY": "of tests",
    "TASKS": {
        "default": {
            "BACKEND": "task_ledger.django.backend.LedgerBackend",
            "QUEUES": ["default", "reports"],
        }
    },
    "TASK_LEDGER": {"PROJECT": "shop", "ACTOR": "tests.task_ledger.django.configured.tester"},
}


def tester() -> str:
    """Who asks in tests."""
    return "tester"


def set_up() -> None:
    """Configure Django in this process, once."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(**SETTINGS)
        django.setup()

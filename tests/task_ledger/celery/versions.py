"""Which Celery the tests run on: some of its faults are mended since 5.7."""

from typing import Final

from celery import VERSION

SINCE_5_7: Final = VERSION[:2] >= (5, 7)

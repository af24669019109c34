"""What an application declares is refused, or works, before there is a worker or a database."""

from typing import Any

import pytest

from task_ledger import LedgerCelery, LedgerTask


@pytest.fixture
def app() -> LedgerCelery:
    """An application that was told of no database."""
    return LedgerCelery("declared", broker="memory://", set_as_current=False)


def test_a_tracked_task_without_self_is_refused_and_told_what_to_write(app: LedgerCelery) -> None:
    def no_arguments() -> None: ...

    def only_keywords(*, page: int) -> None: ...

    functions: tuple[Any, ...] = (no_arguments, only_keywords)
    for function in functions:
        with pytest.raises(TypeError, match=rf"def {function.__name__}\(self: LedgerTask"):
            # Declared tasks are made when the application is asked for one.
            app.task(task_type="plain", shared=False)(function).name  # noqa: B018


def test_a_tracked_task_that_takes_anything_is_accepted(app: LedgerCelery) -> None:
    @app.task(task_type="plain", shared=False)
    def anything(*args: Any) -> None: ...

    assert anything.name


def test_an_untracked_task_applies_without_a_database_while_it_asks_for_none(
    app: LedgerCelery,
) -> None:
    @app.task(bind=True, shared=False)  # pyright: ignore[reportArgumentType]
    def add(self: LedgerTask, a: int, b: int) -> int:
        self.progress(50, "nobody sees this")
        return a + b

    assert add.apply((1, 2)).get() == 3

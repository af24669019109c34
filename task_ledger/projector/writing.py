"""Writes the results of some of a tick's events while it folds the others."""

from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, Protocol

_P = ParamSpec("_P")


class Begin(Protocol):
    """Begins a write."""

    def __call__(
        self, write: Callable[_P, object], *arguments: _P.args, **keywords: _P.kwargs
    ) -> None:
        """Run `write` after all writes begun earlier."""
        ...


@contextmanager
def writes(*, beside: bool) -> Generator[Begin]:
    """Run writes in the order in which they are begun; all have ended when the block ends.

    Args:
        beside: run them in a thread, so that the database works on them while the block continues;
            the block must then not use their connection. Otherwise, each runs immediately.

    Raises:
        Exception: raised by the block, or else by the first write that failed.
    """
    if not beside:
        yield _run
        return
    begun: list[Future[object]] = []
    with ThreadPoolExecutor(1, "fold-writes") as thread:

        def begin(write: Callable[_P, object], *arguments: _P.args, **keywords: _P.kwargs) -> None:
            begun.append(thread.submit(write, *arguments, **keywords))

        yield begin
    for future in begun:
        future.result()


def _run(write: Callable[_P, object], *arguments: _P.args, **keywords: _P.kwargs) -> None:
    write(*arguments, **keywords)

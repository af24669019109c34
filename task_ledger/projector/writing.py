"""Writing what a tick has made of some of its events, while it folds the others."""

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
        """Run `write` after all writes begun before."""
        ...


@contextmanager
def writes(*, beside: bool) -> Generator[Begin]:
    """Run writes in the order in which they are begun; all have ended when the block is left.

    Args:
        beside: run them in a thread, so that the database works on them while the block goes on.
            The block must not use their connection then. Otherwise, each runs where it is begun.

    Raises:
        Exception: what the block, or else the first write that failed, has raised.
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

"""Where an error was raised: a function of the application, without path and line."""

import sysconfig
from pathlib import Path
from traceback import walk_tb
from types import CodeType, FrameType
from typing import Final

_PACKAGE: Final = str(Path(__file__).parents[1])
_LIBRARIES: Final = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {_PACKAGE}
)
_INSTALLED: Final = ("/site-packages/", "/dist-packages/")


def place_of(error: BaseException) -> str | None:
    """The innermost function of the application in the error's traceback, as
    `package.module.function`.

    Code belongs to the application if it is neither installed nor part of Python or Task Ledger; if
    there is none, the innermost function of all is returned. None without a traceback. The result
    has no path and no line, so it stays the same if the code is deployed elsewhere or lines above
    it change.
    """
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    own = [frame for frame in frames if _is_own(frame.f_code)]
    return _named(own[-1] if own else frames[-1]) if frames else None


def _is_own(code: CodeType) -> bool:
    path = code.co_filename
    return not (
        path.startswith(("<frozen", *_LIBRARIES)) or any(part in path for part in _INSTALLED)
    )


def _named(frame: FrameType) -> str:
    module = frame.f_globals.get("__name__")
    function = frame.f_code.co_qualname
    return f"{module}.{function}" if isinstance(module, str) and module else function

"""A sandbox child that does on request what hostile files make libraries do."""

import ctypes
import os
import time
from typing import Any

from takeoff.sandbox import serve

_held: list[bytes] = []


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    match request["do"]:
        case "crash":
            ctypes.string_at(0)
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "inflate":
            bytearray(request["bytes"])
        case "hold":
            _held.append(b"x" * request["bytes"])
            time.sleep(request["seconds"])
        case "leave":
            os._exit(3)
        case "raise":
            raise LookupError("a fault of the child")
        case "print":
            os.write(1, b"printed by a library\n")
        case "environment":
            return {"environment": sorted(os.environ)}
        case _:
            pass
    return {"done": request["do"], "pid": os.getpid()}


if __name__ == "__main__":
    serve(_answer)

"""Clocks of a process's own, which can be set while it runs."""

import subprocess
from pathlib import Path
from shutil import which

SOURCE = Path(__file__).with_name("clock.c")
BYTES = 8


class OwnClocks:
    """Gives processes clocks, by a library that is preloaded.

    Args:
        folder: for the library, and for each clock's offset.

    Raises:
        FileNotFoundError: there is no C compiler.
        CalledProcessError: it cannot compile the library.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = folder / "clock.so"
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", str(self._library), str(SOURCE)],
            check=True,
        )

    def environment(self, name: str) -> dict[str, str]:
        """What gives a process the clock of that name, which is right at first."""
        self.set(name, 0)
        return {"LD_PRELOAD": str(self._library), "CHAOS_CLOCK": str(self._path(name))}

    def set(self, name: str, offset_s: int) -> None:
        """Set a clock so many seconds ahead, or behind."""
        path = self._path(name)
        path.touch()
        # Written in place: processes have mapped the file.
        with path.open("r+b") as file:
            file.write(offset_s.to_bytes(BYTES, "little", signed=True))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.clock"


def own_clocks(folder: Path) -> OwnClocks | None:
    """Clocks in a folder; None where is no gcc."""
    return OwnClocks(folder) if which("gcc") else None

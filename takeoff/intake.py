"""Decides by content whether an uploaded file can be used as a drawing.

The file is opened only in a child process (see :mod:`takeoff.sandbox`); its name and the client's
content type are ignored.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from takeoff import refusals
from takeoff.limits import IntakeLimits
from takeoff.sandbox import Bounds, Child, ChildCrashed, ChildOutOfMemory, ChildTimedOut
from takeoff.terms import ContentType


@dataclass(frozen=True)
class Received:
    """An upload on the local disk: size in bytes, hex sha256 of the content."""

    path: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Inspected:
    """An accepted file: its type, its number of pages (frames of a TIFF), and whether a PDF's
    damaged cross-reference table had to be rebuilt.
    """

    content_type: ContentType
    page_count: int
    repaired: bool


def receive(chunks: Iterable[bytes], target: Path, max_bytes: int) -> Received:
    """Write an upload to the new local file ``target``, counting and hashing its bytes.

    ``target`` is removed on any error.

    Raises:
        FileTooLarge: more than ``max_bytes`` bytes were received; the rest is not read.
        EmptyFile: no bytes were received.
        FileExistsError: ``target`` exists.
    """
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as file:
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise refusals.FileTooLarge(
                        f"The file is larger than {max_bytes:,} bytes. Split the set into "
                        "smaller files, or ask the operator to raise the limit."
                    )
                digest.update(chunk)
                file.write(chunk)
            _require_bytes(size)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return Received(target, size, digest.hexdigest())


def inspect(path: Path, limits: IntakeLimits | None = None) -> Inspected:
    """Inspect the local file ``path``; blocks for up to the time that ``limits`` allow.

    Thread-safe: each call runs its own child process.

    Raises:
        FileRefused: a subclass for each reason, with a stable ``code``.
        FileNotFoundError: there is no such file.
    """
    limits = limits or IntakeLimits()
    size = path.stat().st_size
    _require_bytes(size)
    if size > limits.max_bytes:
        raise refusals.FileTooLarge(
            f"The file has {size:,} bytes, {limits.max_bytes:,} are allowed. Split the set into "
            "smaller files, or ask the operator to raise the limit."
        )
    bounds = Bounds(limits.memory_bytes, limits.cpu_seconds)
    request = {"path": os.fspath(path.absolute()), "limits": dataclasses.asdict(limits)}
    try:
        with Child("takeoff.inspection", bounds) as child:
            answer = child.ask(request, limits.timeout_seconds)
    except ChildOutOfMemory as error:
        raise refusals.DecompressionBomb(
            "Reading the file needs more memory than is allowed: something in it inflates "
            "hugely. Print it to a new PDF and upload that."
        ) from error
    except ChildTimedOut as error:
        raise refusals.TooComplex(
            "Reading the file takes longer than is allowed. Split the set into smaller files, "
            "or print it to a new PDF and upload that."
        ) from error
    except ChildCrashed as error:
        raise refusals.ReaderCrashed(
            f"The file could not be read: the reader stopped on it ({error.reason}). "
            "Print it to a new PDF and upload that."
        ) from error
    if "refused" in answer:
        raise refusals.FileRefused.by_code[answer["refused"]](answer["message"])
    return Inspected(ContentType(answer["content_type"]), answer["page_count"], answer["repaired"])


def _require_bytes(size: int) -> None:
    if size == 0:
        raise refusals.EmptyFile("The file is empty. Save the drawing again and upload it.")

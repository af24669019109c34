"""Stores documents and page images: in a local folder, or any fsspec file system.

Keys are derived from ids (:func:`document_key`, :func:`page_image_key`), never from a file's
content. Writing a key again replaces the whole object, so a task that runs twice leaves one object,
and a refused upload can be deleted without checking whether another upload has the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from takeoff.errors import ObjectNotFound, StorageError
from takeoff.object_folders import CHUNK_BYTES, LocalFolder, RemoteFolder
from takeoff.terms import ContentType

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*(/[A-Za-z0-9][A-Za-z0-9._@-]*)*", re.ASCII)
_SUFFIX = {
    ContentType.PDF: "pdf",
    ContentType.PNG: "png",
    ContentType.JPEG: "jpg",
    ContentType.TIFF: "tif",
}


@dataclass(frozen=True)
class StoredObject:
    """A written object: its key, its size in bytes and the hex sha256 of its content."""

    key: str
    size_bytes: int
    sha256: str


def document_folder(document_id: uuid.UUID) -> str:
    """Return the folder of all objects of a document."""
    return f"documents/{document_id}"


def document_key(document_id: uuid.UUID, content_type: ContentType) -> str:
    """Return the key of the uploaded file of a document."""
    return f"{document_folder(document_id)}/source.{_SUFFIX[content_type]}"


def page_image_key(document_id: uuid.UUID, number: int, dpi: float) -> str:
    """Return the key of the image of page ``number`` (from 1) requested at ``dpi``.

    The resolution is part of the key, so that rendering at another resolution cannot replace an
    image that a page row still describes.
    """
    return f"{document_folder(document_id)}/pages/{number:05d}@{dpi:g}.png"


def open_storage(url: str) -> Storage:
    """Open the storage at ``url``: a folder (``var/objects``, ``file:///srv/objects``) or any
    address fsspec knows (``s3://bucket/prefix``).

    Raises:
        StorageError: the address is unknown, or its driver is not installed.
    """
    if "://" not in url or url.startswith("file://"):
        return Storage(LocalFolder(Path(url.removeprefix("file://"))))
    try:
        return Storage(RemoteFolder(*fsspec.url_to_fs(url)))
    except (ImportError, ValueError) as error:
        raise StorageError(
            f"Cannot open the storage {url.split('://', maxsplit=1)[0]}://…: {error}. "
            "Check storage_url, and install the fsspec driver of that protocol (s3fs for s3)."
        ) from error


class Storage:
    """Objects by key. Every method blocks: call it from a thread in asynchronous code."""

    def __init__(self, folder: LocalFolder | RemoteFolder) -> None:
        self._folder = folder

    def put(self, key: str, chunks: Iterable[bytes]) -> StoredObject:
        """Write ``chunks`` under ``key``, replacing any existing object as a whole.

        Readers see the old object or the new one, never a part; if ``chunks`` raises, the old one
        stays. In a local folder, the bytes are on disk on return.

        Raises:
            StorageError: the key is malformed or the storage refused.
        """
        digest = hashlib.sha256()
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        self._folder.write(_checked(key), counted())
        return StoredObject(key, size, digest.hexdigest())

    def put_file(self, key: str, source: Path) -> StoredObject:
        """Write the content of the local file ``source`` under ``key``, as :meth:`put` does."""
        return self.put(key, read_chunks(source))

    def get_file(self, key: str, target: Path) -> int:
        """Copy the object to the local file ``target`` and return its size in bytes.

        Raises:
            ObjectNotFound: nothing is stored under ``key``.
        """
        size = 0
        chunks = self.read(key)
        with target.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
        return size

    def read(self, key: str) -> Generator[bytes]:
        """Yield the object in chunks; opens the object before the first chunk is requested.

        Raises:
            ObjectNotFound: nothing is stored under ``key``.
        """
        try:
            file = self._folder.open(_checked(key))
        except (FileNotFoundError, IsADirectoryError) as error:
            raise _not_found(key) from error
        return _drain(file)

    def size(self, key: str) -> int:
        """Return the size of the object in bytes.

        Raises:
            ObjectNotFound: nothing is stored under ``key``.
        """
        try:
            return self._folder.size(_checked(key))
        except FileNotFoundError as error:
            raise _not_found(key) from error

    def delete(self, key: str) -> None:
        """Delete the object; does nothing if it does not exist."""
        self._folder.delete(_checked(key))

    def delete_below(self, folder: str) -> int:
        """Delete every object below ``folder``, and return their number.

        Does nothing if there are none; an object written concurrently may remain.
        """
        keys = self._folder.keys_below(_checked(folder))
        for key in keys:
            self._folder.delete(key)
        return len(keys)


def read_chunks(source: Path) -> Iterator[bytes]:
    """Yield the content of a local file in chunks of at most one MiB."""
    with source.open("rb") as file:
        yield from _drain(file)


def _drain(file: Any) -> Generator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _checked(key: str) -> str:
    if _KEY.fullmatch(key) is None:
        raise StorageError(f"{key!r} is not a storage key: use document_key or page_image_key.")
    return key


def _not_found(key: str) -> ObjectNotFound:
    return ObjectNotFound(f"There is no object {key} in the storage. Was it deleted by hand?")

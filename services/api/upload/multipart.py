"""Reads the single file of a multipart/form-data body as a stream."""

from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from task_ledger.server.problems import ProblemError

FIELD: Final = "file"


class FilePart:
    """The body of a request with the file as its only part.

    `file_name` is known after the first chunk.
    """

    def __init__(self, content_type: str | None, body: AsyncIterator[bytes]) -> None:
        """Prepare to read `body`.

        Raises:
            ProblemError: 415, the content type is not multipart/form-data with a boundary.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise ProblemError(
                415,
                "not_multipart",
                f"Send the file as multipart/form-data, in the part {FIELD!r}.",
            )
        self.file_name: str | None = None
        self._body = body
        self._pieces: deque[bytes] = deque()
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise _malformed() from error

    async def read(self) -> bytes:
        """Return the next chunk of the file; empty at its end.

        Raises:
            ProblemError: 400, the body is malformed, truncated, or has other parts.
        """
        while not self._pieces:
            chunk = await anext(self._body, b"")
            if not chunk:
                if not self._ended or self.file_name is None:
                    raise _malformed()
                return b""
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise _malformed() from error
        return self._pieces.popleft()

    def _on_part_begin(self) -> None:
        if self.file_name is not None:
            raise _other_part()
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header_name.clear()
        self._header_value.clear()

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename")
        if options.get(b"name") != FIELD.encode() or name is None:
            raise _other_part()
        self.file_name = shown_name(name.decode("utf-8", "replace"))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def _on_end(self) -> None:
        self._ended = True


def shown_name(name: str) -> str:
    """Return a file's name for display: without folders or control characters, at most 255
    characters.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in last)
    return printable.strip()[:255] or "unnamed"


def _malformed() -> ProblemError:
    return ProblemError(
        400, "malformed_body", "The multipart body is malformed or truncated. Send it again."
    )


def _other_part() -> ProblemError:
    return ProblemError(
        400,
        "other_part",
        f"The body must have exactly one part: the file, named {FIELD!r}, with a file name.",
    )

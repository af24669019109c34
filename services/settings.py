"""The takeoff backend's settings, in addition to the ledger's."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings

from task_ledger.ops.environment import FROM_ENVIRONMENT


class TakeoffSettings(BaseSettings):
    """Settings read from the variables ``TASK_LEDGER_<FIELD>``.

    Raises ``pydantic.ValidationError`` for an invalid value; its text names the field and never
    the value.
    """

    model_config = FROM_ENVIRONMENT

    storage_url: Annotated[str, StringConstraints(pattern=r"^[a-z0-9+]+://.+")] | None = Field(
        default=None,
        description="Where uploaded and generated files are stored, as an fsspec URL. Default: "
        "storage in var_dir.",
    )
    max_upload_bytes: int = Field(
        default=200 * 1024 * 1024,
        gt=0,
        description="Maximum size of an uploaded document, in bytes.",
    )
    ocr_pages_at_once: int | None = Field(
        default=None,
        gt=0,
        le=64,
        description="Number of page images that the OCR worker of `task-ledger up` reads "
        "concurrently; each needs up to 2 GB, and their engines share the processors. Default: "
        "one for each processor, if there is enough memory. For an OCR worker that is started "
        "separately, set its `--concurrency` to the same value.",
    )
    process_after_upload: bool = Field(
        default=True,
        description="Read and classify all pages of an uploaded document and detect their "
        "scales, as one tracked task. False: pages are only read, untracked.",
    )
    register_page_reading: bool = Field(
        default=False,
        description="If pages are only read after an upload (`TASK_LEDGER_PROCESS_AFTER_UPLOAD` is "
        "false): register the reading of each page as its own task, a child of the document's "
        "processing. By default, pages are read untracked.",
    )
    supersede_same_sheet: bool = Field(
        default=True,
        description="A page supersedes the project's only other current page with the same sheet "
        "number, if its document was uploaded later. False: pages are superseded by hand only.",
    )
    register_batch_pages: bool = Field(
        default=False,
        description="Register each page of a batch takeoff as its own task, a child of the "
        "batch. By default, pages run untracked.",
    )

    def storage(self, var_dir: Path) -> str:
        """The fsspec URL for stored files; a ``file://`` URL is absolute."""
        if self.storage_url is not None:
            return self.storage_url
        return (var_dir.absolute() / "storage").as_uri()

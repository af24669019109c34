"""Reads the text of a page: its text layer first, then its image with two OCR engines.

Needs no network: models and language data come with the packages.
"""

from takeoff.ocr.page_text import (
    OcrImage,
    PageText,
    needs_image,
    read_page_text,
    read_title_block_strips,
)
from takeoff.ocr.recogniser import OcrFailed
from takeoff.ocr.seen import OcrMode, SeenWord, TextSource, words_of_blocks

__all__ = [
    "OcrFailed",
    "OcrImage",
    "OcrMode",
    "PageText",
    "SeenWord",
    "TextSource",
    "needs_image",
    "read_page_text",
    "read_title_block_strips",
    "words_of_blocks",
]

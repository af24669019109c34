"""The engines read what is on an image, without a network and in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from takeoff.limits import OcrLimits
from takeoff.ocr import (
    OcrFailed,
    OcrImage,
    OcrMode,
    SeenWord,
    TextSource,
    needs_image,
    read_page_text,
    words_of_blocks,
)
from takeoff.reading.word import Word
from takeoff.text_layer import TextLayer
from takeoff.title_block import read_title_block
from tests.takeoff.lettering import lettered
from tests.takeoff.ocr.images import lettered_image
from tests.takeoff.ocr.scans import DPI, missed, scanned

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_MIB = 1024 * 1024
_MOST_MIB = OcrLimits().resident_bytes / _MIB


def read_unplugged(
    folder: Path, image: Path, size: tuple[int, int], mode: OcrMode, dpi: float = DPI
) -> dict[str, Any]:
    """What a process without a network reads, and what its child with the engines took."""
    guarded = folder / "guarded"
    guarded.mkdir()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.takeoff.ocr.unplugged", str(image), str(dpi)),
            *(str(size[0]), str(size[1]), mode),
        ],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(_HERE / "no_network"), str(_ROOT))),
            "TMPDIR": str(guarded),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # This process and the one that holds the engines; a guard that guards nothing would show here.
    assert len(list(guarded.glob("unplugged-*"))) == 2
    return json.loads(done.stdout)


def seen_in(answer: dict[str, Any]) -> list[SeenWord]:
    blocks = answer["blocks"]
    return [
        SeenWord(word, TextSource(block["source"]), block["confidence"])
        for word, block in zip(words_of_blocks(blocks), blocks, strict=True)
    ]


def test_accurate_mode_reads_95_percent_of_a_scan_unplugged_and_in_bounded_memory(
    tmp_path: Path,
) -> None:
    scan, truth, size = scanned(tmp_path)

    answer = read_unplugged(tmp_path, scan, size, OcrMode.ACCURATE)

    seen = seen_in(answer)
    lost = missed(truth, seen)
    assert len(truth) > 200
    assert len(lost) <= 0.05 * len(truth), [word.text for word in lost]
    turned = [word for word in truth if word.turn == 90]
    assert len(turned) > 6
    assert missed(turned, [each for each in seen if each.word.turn == 90]) == []
    block = read_title_block([each.word for each in seen], *size)
    assert block.sheet_number is not None
    assert block.title is not None
    assert (block.sheet_number.text, block.title.text) == ("S-101", "FOUNDATION PLAN")
    assert answer["parts"] == [[0, 4], [1, 4], [2, 4], [3, 4]]
    assert answer["peak_mib"] < _MOST_MIB


def test_no_word_of_overlapping_tiles_is_kept_twice(tmp_path: Path) -> None:
    # Two tiles, and the word stands where they overlap.
    image = lettered_image((3000, 400), [("FOUNDATION", (1420, 180))])

    read = read_page_text(None, saved(image, tmp_path), (3000, 400), OcrMode.ACCURATE)

    assert [each.word.text for each in read.seen] == ["FOUNDATION"]
    assert not read.seen[0].cut


def test_a_large_sheet_is_read_in_bounded_memory(tmp_path: Path) -> None:
    # 48 x 36 in; its title block in the corner is all that is written on it.
    size = (9600, 7200)
    image = lettered_image(size, [("SHEET TITLE", (8600, 6500)), ("ROOF PLAN", (8600, 6600))])
    ImageDraw.Draw(image).line((100, 100, 9000, 6000), fill=0, width=3)

    answer = read_unplugged(tmp_path, saved(image, tmp_path).path, size, OcrMode.FAST)

    assert [block["text"] for block in answer["blocks"]] == ["SHEET", "TITLE", "ROOF", "PLAN"]
    assert answer["peak_mib"] < _MOST_MIB


@pytest.mark.parametrize("bound", ["memory_bytes", "resident_bytes"])
def test_more_memory_than_allowed_is_refused_and_said(tmp_path: Path, bound: str) -> None:
    image = saved(lettered_image((900, 900), [("A-101", (300, 300))]), tmp_path)
    tight = OcrLimits(**{bound: 160 * _MIB})

    with pytest.raises(OcrFailed, match="exceeded its memory limit"):
        read_page_text(None, image, (900, 900), OcrMode.ACCURATE, limits=tight)


def test_boxes_are_in_pixels_of_the_page_image_whatever_was_read(tmp_path: Path) -> None:
    image = lettered_image((1000, 800), [("A-101", (500, 400))])

    (read,) = read_page_text(None, saved(image, tmp_path), (500, 400)).seen

    assert read.word.text == "A-101"
    assert (read.word.left, read.word.top) == pytest.approx((250, 205), abs=8)
    assert read.word.size_px < 40


@pytest.mark.parametrize("turn", [90, 270])
def test_short_texts_that_are_turned_are_read_side_by_side(tmp_path: Path, turn: int) -> None:
    image = Image.new("L", (900, 700), 255)
    texts = ["TYP", "EQ", "VIF"]
    for index, text in enumerate(texts):
        upright = lettered_image((160, 36), [(text, (10, 6))], 18)
        image.paste(upright.rotate(turn, expand=True), (300 + 36 * index, 200))

    read = read_page_text(None, saved(image, tmp_path), (900, 700), OcrMode.ACCURATE)

    seen = [each.word for each in sorted(read.seen, key=lambda each: each.word.left)]
    assert [word.text for word in seen] == texts
    assert [word.turn for word in seen] == pytest.approx([turn] * 3, abs=5)
    for index, word in enumerate(seen):
        assert 300 + 36 * index <= word.left < word.right <= 336 + 36 * index


def test_an_empty_page_has_the_empty_text(tmp_path: Path) -> None:
    image = saved(Image.new("L", (900, 700), 250), tmp_path)

    assert read_page_text(None, image, (900, 700), OcrMode.ACCURATE).text == ""


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(b"no image")

    with pytest.raises(OcrFailed, match="cannot be read"):
        read_page_text(None, OcrImage(path, None), (10, 10))


def layer(text: str, words: int) -> TextLayer:
    return TextLayer(tuple(word for _ in range(words) for word in lettered(text, (300, 300))))


def test_a_text_layer_with_enough_text_is_all_that_is_read(tmp_path: Path) -> None:
    enough = layer("CONCRETE", 13)

    assert not needs_image(enough, OcrMode.FAST)
    missing = OcrImage(tmp_path / "missing.png", None)
    assert read_page_text(enough, missing, (900, 900)).words == list(enough.words)


@pytest.mark.parametrize("scarce", [None, layer("SCANNED", 1)])
def test_too_little_text_has_the_image_read_and_so_has_accurate_mode(
    scarce: TextLayer | None,
) -> None:
    assert needs_image(scarce, OcrMode.FAST)
    assert needs_image(layer("CONCRETE", 50), OcrMode.ACCURATE)


def test_words_of_the_text_layer_go_before_what_was_seen_in_their_place(tmp_path: Path) -> None:
    image = lettered_image((900, 700), [("A-1O1", (300, 300)), ("LOBBY", (300, 500))])
    known = Word("A-101", 298, 300, 420, 345, 0.0, 50.0)

    read = read_page_text(TextLayer((known,)), saved(image, tmp_path), (900, 700), OcrMode.ACCURATE)

    assert [(each.word.text, each.source) for each in read.seen] == [
        ("A-101", TextSource.TEXT_LAYER),
        ("LOBBY", TextSource.RAPIDOCR),
    ]


def saved(image: Image.Image, folder: Path) -> OcrImage:
    path = folder / "image.png"
    image.save(path)
    return OcrImage(path, None)

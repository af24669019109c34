"""RapidOCR on a part of an image: finds lines at any rotation, then reads them word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import rapidocr
from omegaconf import OmegaConf
from rapidocr.main import RapidOCRError

from takeoff.ocr.recognising.found import Found, GreyImage, Inner, font_size, readable, touches
from takeoff.ocr.recognising.line import line_words
from takeoff.ocr.recognising.placing import Quad, on_image, placed, sides
from takeoff.ocr.recognising.turned import turned_lines, with_turned

_MODELS = Path(rapidocr.__file__).parent / "models"
_SURE = 0.6
# Ratio of height to width from which a box holds a rotated line; up to the other, it may be one
# character.
_TURNED, _SURELY_TURNED = 1.5, 3.0
_WHOLE: Inner = (False, False, False, False)
_LARGE_SIDE_PX = 1800
# In pixels of the reduced image; smaller text is read better in its tile.
_LARGE_TEXT_PX = 14.0


@dataclass(frozen=True)
class _Line:
    """A found line: its corners and possible readings, each a rotation and the upright image."""

    quad: Quad
    ways: tuple[tuple[int, Any], ...]


def read(grey: GreyImage, threads: int, inner: Inner = _WHOLE) -> list[Found]:
    """Return the words of an image of at most 2,000 pixels a side.

    ``inner`` tells which edges (left, top, right, bottom) were cut from a larger image: a word that
    touches such an edge may be incomplete and is marked as cut.
    """
    engine = _engine(threads)
    words = [
        word for line in _read_lines(engine, _lines(engine, grey), grey, inner) for word in line
    ]
    turned = [
        _Line(quad, ((90, crop), (270, np.ascontiguousarray(np.rot90(crop, 2)))))
        for quad, crop in turned_lines(engine, grey)
    ]
    for line in _read_lines(engine, turned, grey, inner):
        words = with_turned(words, line)
    return words


def read_large(grey: GreyImage, threads: int) -> list[Found]:
    """Return the large text of an image of any size, which is reduced for reading."""
    height, width = grey.shape
    factor = min(1.0, _LARGE_SIDE_PX / max(width, height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    engine = _engine(threads)
    large = [each for each in _lines(engine, small) if min(sides(each.quad)) >= _LARGE_TEXT_PX]
    return [
        Found(
            each.text,
            each.left / factor,
            each.top / factor,
            each.right / factor,
            each.bottom / factor,
            each.turn,
            each.size_px / factor,
            each.confidence,
        )
        for line in _read_lines(engine, large, small, _WHOLE)
        for each in line
        if each.size_px >= font_size(_LARGE_TEXT_PX)
    ]


@cache
def _engine(threads: int) -> Any:
    cv2.setNumThreads(threads)
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.use_vertical_padding": False,
            "Global.return_word_box": True,
        }
    )
    for part, model in (("Det", "det"), ("Rec", "rec")):
        given = {**engine.cfg[part], "session": _session(_model(model), threads)}
        engine.cfg[part] = OmegaConf.create(given, flags={"allow_objects": True})
    return engine


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    # Passed explicitly; otherwise the engine would download a missing model.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # The arena would keep the memory of the largest part; spinning threads would take processor
    # time from other processes.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _model(kind: str) -> Path:
    found = sorted(_MODELS.glob(f"*_{kind}_*.onnx"))
    if len(found) != 1:
        raise FileNotFoundError(f"the package rapidocr holds {len(found)} models for {kind}")
    return found[0]


def _lines(engine: Any, grey: GreyImage) -> list[_Line]:
    """Find lines at any rotation; of those rotated by a right angle, only the long ones."""
    try:
        crops, boxes = engine.detect_and_crop(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), {})
    except RapidOCRError:
        # The engine's result when there is no text.
        return []
    return [
        _Line(quad, tuple(_ways(crop, quad))) for crop, quad in zip(crops, boxes.boxes, strict=True)
    ]


def _ways(crop: Any, quad: Quad) -> Iterator[tuple[int, Any]]:
    """Yield the possible rotations of the line in ``quad``, each with its upright image.

    The engine has already rotated the crop of a tall box, as if the line read downwards.
    """
    across, down = sides(quad)
    if down < _TURNED * across:
        yield 0, crop
        return
    yield 270, np.ascontiguousarray(crop)
    yield 90, np.ascontiguousarray(np.rot90(crop, 2))
    if down < _SURELY_TURNED * across:
        yield 0, np.ascontiguousarray(np.rot90(crop, 3))


def _read_lines(
    engine: Any, lines: Sequence[_Line], grey: GreyImage, inner: Inner
) -> Iterator[list[Found]]:
    """Yield the words of each line's most confident reading; skip lines without a confident one."""
    ways = [(line, turn, crop) for line in lines for turn, crop in line.ways]
    if not ways:
        return
    read = engine.recognize_txt([crop for *_, crop in ways])
    best: dict[int, int] = {}
    for at, (line, *_) in enumerate(ways):
        surest = read.scores[best[id(line)]] if id(line) in best else _SURE
        if read.txts[at].strip() and read.scores[at] > surest:
            best[id(line)] = at
    for at in best.values():
        line, turn, crop = ways[at]
        words: list[Found] = []
        found = list(line_words(read.txts[at], read.word_results[at], crop))
        for place, (text, box) in enumerate(found):
            ends = (0.0 if place == 0 else box[0], 1.0 if place == len(found) - 1 else box[2])
            cut = touches(on_image((ends[0], 0.0, ends[1], 1.0), line.quad, turn), grey, inner)
            plain = readable(text)
            if plain:
                words.append(placed(plain, box, line.quad, turn, float(read.scores[at]), cut=cut))
        if words:
            yield words

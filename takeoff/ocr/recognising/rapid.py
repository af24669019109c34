"""RapidOCR on a part of an image: lines are found at any turn, then read word by word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from rapidocr.main import RapidOCRError

from takeoff.ocr.recognising.found import Found, GreyImage, font_size, readable
from takeoff.ocr.recognising.line import line_words

_MODELS = Path(rapidocr.__file__).parent / "models"
_SURE = 0.6
# A box so much higher than wide holds a turned line; up to the other, it may be one character.
_TURNED, _SURELY_TURNED = 1.5, 3.0
_LARGE_SIDE_PX = 1800
# On the reduced image; what is smaller is read better in its tile.
_LARGE_TEXT_PX = 14.0
_UPRIGHT_DEGREES = 2.0


def read(grey: GreyImage, threads: int) -> list[Found]:
    """Return the words of an image of at most 2,000 pixels a side."""
    engine = _engine(threads)
    try:
        crops, boxes = engine.detect_and_crop(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), {})
    except RapidOCRError:
        # The engine's way to say that there is no text.
        return []
    quads: list[NDArray[np.float32]] = list(boxes.boxes)
    ways = [
        (index, turn, crop)
        for index, (crop, quad) in enumerate(zip(crops, quads, strict=True))
        for turn, crop in _ways(crop, quad)
    ]
    lines = engine.recognize_txt([crop for *_, crop in ways])
    best: dict[int, tuple[float, int]] = {}
    for at, (index, *_) in enumerate(ways):
        if lines.txts[at].strip() and lines.scores[at] > best.get(index, (_SURE, 0))[0]:
            best[index] = (lines.scores[at], at)
    words: list[Found] = []
    for index, (score, at) in best.items():
        _, turn, crop = ways[at]
        for text, box in line_words(lines.txts[at], lines.word_results[at], crop):
            plain = readable(text)
            if plain:
                words.append(_placed(plain, box, quads[index], turn, float(score)))
    return words


def read_large(grey: GreyImage, threads: int) -> list[Found]:
    """Return the large text of an image of any size, which is read reduced."""
    height, width = grey.shape
    factor = min(1.0, _LARGE_SIDE_PX / max(width, height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
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
        for each in read(np.asarray(small, dtype=np.uint8), threads)
        if each.size_px >= font_size(_LARGE_TEXT_PX)
    ]


@cache
def _engine(threads: int) -> Any:
    cv2.setNumThreads(threads)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.use_vertical_padding": False,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            # Named, so that a model that is missing is an error and not a download.
            "Det.model_path": str(_model("det")),
            "Rec.model_path": str(_model("rec")),
        }
    )


def _model(kind: str) -> Path:
    found = sorted(_MODELS.glob(f"*_{kind}_*.onnx"))
    if len(found) != 1:
        raise FileNotFoundError(f"the package rapidocr holds {len(found)} models for {kind}")
    return found[0]


def _ways(crop: Any, quad: NDArray[np.float32]) -> Iterator[tuple[int, Any]]:
    """Yield how the line in ``quad`` may read, with its image upright for each way.

    The engine has turned the crop of a high box already, as if the line read downwards.
    """
    across, down = _sides(quad)
    if down < _TURNED * across:
        yield 0, crop
        return
    yield 270, np.ascontiguousarray(crop)
    yield 90, np.ascontiguousarray(np.rot90(crop, 2))
    if down < _SURELY_TURNED * across:
        yield 0, np.ascontiguousarray(np.rot90(crop, 3))


def _sides(quad: NDArray[np.float32]) -> tuple[float, float]:
    across = max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))
    down = max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))
    return max(across, 1e-6), max(down, 1e-6)


def _placed(
    text: str,
    box: tuple[float, float, float, float],
    quad: NDArray[np.float32],
    turn: int,
    score: float,
) -> Found:
    """Place ``box``, given in shares of the upright line, on the image."""
    corners = [_on_image(x, y, quad, turn) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, down = _sides(quad)
    height = (box[3] - box[1]) * (down if turn == 0 else across)
    slant = -math.degrees(math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
    if abs(slant) <= _UPRIGHT_DEGREES:
        slant = 0.0
    return Found(
        text,
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
        (turn + slant) % 360,
        font_size(height),
        score,
    )


def _on_image(x: float, y: float, quad: NDArray[np.float32], turn: int) -> tuple[float, float]:
    along, under = {0: (x, y), 90: (y, 1 - x), 270: (1 - y, x)}[turn]
    left_top, right_top, _, left_bottom = quad
    return tuple(  # pyright: ignore[reportReturnType]
        float(
            left_top[at]
            + along * (right_top[at] - left_top[at])
            + under * (left_bottom[at] - left_top[at])
        )
        for at in (0, 1)
    )

"""RapidOCR on a part of an image: lines are found at any turn, then read word by word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import rapidocr
from numpy.typing import NDArray
from omegaconf import OmegaConf
from rapidocr.main import RapidOCRError

from takeoff.ocr.recognising.found import Found, GreyImage, Inner, font_size, readable, touches
from takeoff.ocr.recognising.line import Share, line_words

_MODELS = Path(rapidocr.__file__).parent / "models"
_SURE = 0.6
# A box so much higher than wide holds a turned line; up to the other, it may be one character.
_TURNED, _SURELY_TURNED = 1.5, 3.0
_WHOLE: Inner = (False, False, False, False)
_LARGE_SIDE_PX = 1800
# On the reduced image; what is smaller is read better in its tile.
_LARGE_TEXT_PX = 14.0
_UPRIGHT_DEGREES = 2.0


def read(
    grey: GreyImage, threads: int, inner: Inner = _WHOLE, least_height_px: float = 0.0
) -> list[Found]:
    """Return the words of an image of at most 2,000 pixels a side.

    ``inner`` tells at which edges (left, top, right, bottom) it was cut out of a larger one: the
    end of a line that touches such an edge may be half a word, and is marked as cut. Lines that
    are lower than ``least_height_px`` are not read.
    """
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
        if min(_sides(quad)) >= least_height_px
        for turn, crop in _ways(crop, quad)
    ]
    if not ways:
        return []
    lines = engine.recognize_txt([crop for *_, crop in ways])
    best: dict[int, tuple[float, int]] = {}
    for at, (index, *_) in enumerate(ways):
        if lines.txts[at].strip() and lines.scores[at] > best.get(index, (_SURE, 0))[0]:
            best[index] = (lines.scores[at], at)
    words: list[Found] = []
    for index, (score, at) in best.items():
        _, turn, crop = ways[at]
        found = list(line_words(lines.txts[at], lines.word_results[at], crop))
        for place, (text, box) in enumerate(found):
            ends = (0.0 if place == 0 else box[0], 1.0 if place == len(found) - 1 else box[2])
            reach = _on_image((ends[0], 0.0, ends[1], 1.0), quads[index], turn)
            cut = touches(reach, grey, inner)
            plain = readable(text)
            if plain:
                words.append(_placed(plain, box, quads[index], turn, float(score), cut=cut))
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
        for each in read(np.asarray(small, dtype=np.uint8), threads, _WHOLE, _LARGE_TEXT_PX)
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
    # Given to the engine, which would else look for a model that is missing on the network.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # The arena keeps what the largest part needed; threads that spin take the processor from
    # whoever shares it.
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
    text: str, box: Share, quad: NDArray[np.float32], turn: int, score: float, *, cut: bool
) -> Found:
    """Place a word, whose ``box`` is in shares of its upright line, on the image."""
    across, down = _sides(quad)
    height = (box[3] - box[1]) * (down if turn == 0 else across)
    slant = -math.degrees(math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
    if abs(slant) <= _UPRIGHT_DEGREES:
        slant = 0.0
    return Found(
        text,
        *_on_image(box, quad, turn),
        turn=(turn + slant) % 360,
        size_px=font_size(height),
        confidence=score,
        cut=cut,
    )


def _on_image(box: Share, quad: NDArray[np.float32], turn: int) -> Share:
    """Return the box around what is ``box`` in shares of the upright line, in pixels."""
    corners = [_point(x, y, quad, turn) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _point(x: float, y: float, quad: NDArray[np.float32], turn: int) -> tuple[float, float]:
    along, under = {0: (x, y), 90: (y, 1 - x), 270: (1 - y, x)}[turn]
    left_top, right_top, _, left_bottom = quad.tolist()
    return (
        left_top[0] + along * (right_top[0] - left_top[0]) + under * (left_bottom[0] - left_top[0]),
        left_top[1] + along * (right_top[1] - left_top[1]) + under * (left_bottom[1] - left_top[1]),
    )

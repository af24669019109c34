"""Parts of an image in which nothing is left to read are not given to the engines."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from takeoff.ocr.recognising.__main__ import has_letters, painted_over
from tests.takeoff.ocr.images import lettered_image


def drawn(*words: str, lines: bool = True) -> Image.Image:
    """A part of a sheet with a wall and a dimension line, and words in capitals of 20 pixels."""
    image = lettered_image(
        (900, 600), [(word, (100, 100 + 60 * at)) for at, word in enumerate(words)], 20
    )
    if lines:
        pen = ImageDraw.Draw(image)
        pen.rectangle((40, 300, 860, 560), outline=0, width=3)
        pen.line((0, 40, 900, 40), fill=0, width=2)
    return image


@pytest.mark.parametrize(
    ("image", "is_read"),
    [
        (Image.new("L", (900, 600), 255), False),
        (drawn(), False),
        (drawn("A"), True),
        (drawn("SLAB ON GRADE", lines=False), True),
        (Image.new("L", (900, 600), 235), False),
    ],
    ids=["blank", "lines", "one letter", "words", "grey paper"],
)
def test_lines_are_no_letters_and_one_letter_is_enough(image: Image.Image, is_read: bool) -> None:
    assert has_letters(np.asarray(image)) is is_read


def test_words_of_the_text_layer_are_not_read_again() -> None:
    # In pixels of a page image of half the size.
    both = drawn("KNOWN", "NEW")
    known = {"size": (450, 300), "boxes": [(45, 45, 125, 68)]}
    painted = painted_over(np.asarray(both), known)
    assert has_letters(painted)
    known["boxes"].append((45, 75, 125, 98))
    assert not has_letters(painted_over(np.asarray(both), known))

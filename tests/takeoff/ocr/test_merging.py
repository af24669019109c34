"""What was read twice is kept once."""

from __future__ import annotations

from takeoff.ocr import SeenWord, TextSource, words_of_blocks
from takeoff.ocr.merging import in_reading_order, merged
from tests.takeoff.lettering import lettered


def seen(
    text: str, x: float = 100, y: float = 100, confidence: float = 0.9, *, cut: bool = False
) -> SeenWord:
    (word,) = lettered(text, (x, y))
    return SeenWord(word, TextSource.RAPIDOCR, confidence, cut)


def texts(words: list[SeenWord]) -> list[str]:
    return [each.word.text for each in words]


def test_a_word_of_an_earlier_reading_stays() -> None:
    assert texts(merged([seen("A-101", confidence=0.5)], [seen("A-1O1")])) == ["A-101"]


def test_in_one_reading_the_surer_stays() -> None:
    assert texts(merged([seen("0FFICE", confidence=0.7), seen("OFFICE")])) == ["OFFICE"]


def test_a_whole_word_goes_before_a_cut_one() -> None:
    half, whole = seen("WCUT", x=130, confidence=0.99, cut=True), seen("SAWCUT", confidence=0.8)

    assert texts(merged([half, whole])) == ["SAWCUT"]
    assert texts(merged([half], [whole])) == ["SAWCUT"]


def test_a_cut_word_is_better_than_none() -> None:
    assert texts(merged([seen("WCUT", cut=True)])) == ["WCUT"]


def test_neighbours_stay() -> None:
    words = [seen("OFFICE"), seen("OFFICE", y=125), seen("101", x=230)]

    assert len(merged(words)) == 3


def test_reading_order_is_by_line_and_then_from_the_left() -> None:
    words = [seen("D", x=300, y=160), seen("B", x=300, y=103), seen("A"), seen("C", y=155)]

    assert texts(in_reading_order(words)) == ["A", "B", "C", "D"]


def test_a_block_gives_back_its_word() -> None:
    word = seen("A-101", x=12.3456)
    block = word.as_block()

    (back,) = words_of_blocks([block])

    assert (back.text, back.left) == ("A-101", 12.35)
    assert (block["source"], block["confidence"]) == ("rapidocr", 0.9)

"""What a learner's function prints: the first letters, and how many more there were."""

import io

import pytest

from maskrcnn_explained.course.exercises.printed import MOST_LETTERS, FirstLetters


def test_little_is_shown_whole():
    stream = io.StringIO()
    first = FirstLetters(stream)
    print("a", 1, file=first, flush=True)
    assert first.finish() == "" and stream.getvalue() == "a 1\n"


def test_much_is_cut_and_counted():
    stream = io.StringIO()
    first = FirstLetters(stream, most=7)
    for number in range(5):
        print(number, "x", file=first)  # four letters with the end of the line
    assert stream.getvalue() == "0 x\n1 x"
    assert first.finish() == (" (Your function printed 13 more letters, which are not shown.)")
    assert stream.getvalue() == "0 x\n1 x\n"


def test_a_line_without_an_end_gets_one():
    stream = io.StringIO()
    first = FirstLetters(stream)
    print("no end", end="", file=first)
    assert first.finish() == "" and stream.getvalue() == "no end\n"
    assert first.finish() == "" and stream.getvalue() == "no end\n"


def test_without_end():
    stream = io.StringIO()
    first = FirstLetters(stream)
    for _ in range(1000):
        first.write("0123456789")
    assert len(stream.getvalue()) == MOST_LETTERS and first.hidden == 10_000 - MOST_LETTERS


def test_only_text():
    first = FirstLetters(io.StringIO())
    assert first.writable()
    with pytest.raises(TypeError, match="Only text can be written; got bytes."):
        first.write(b"bytes")

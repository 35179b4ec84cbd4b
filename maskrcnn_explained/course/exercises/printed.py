"""What a learner's function prints while it is judged: shown, but not without end.

A check calls the function several times, some of them with hundreds of boxes. Who prints in it
wants to see the first numbers, not ten thousand lines above the verdict.
"""

from __future__ import annotations

import io
from typing import TextIO

MOST_LETTERS = 2000  # about 25 lines


class FirstLetters(io.TextIOBase):
    """A stream that hands on what is written, up to a number of letters, and counts the rest.

    stream: where the first letters go; most: how many.
    """

    def __init__(self, stream: TextIO, most: int = MOST_LETTERS) -> None:
        """See the class."""
        self.stream, self.left = stream, most
        self.hidden = 0
        self.at_line_start = True

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Hand on what there is room for, and count the rest; the number of letters of `text`."""
        if not isinstance(text, str):
            raise TypeError(f"Only text can be written; got {type(text).__name__}.")
        shown = text[: self.left]
        if shown:
            self.stream.write(shown)
            self.at_line_start = shown.endswith("\n")
        self.left -= len(shown)
        self.hidden += len(text) - len(shown)
        return len(text)

    def flush(self) -> None:
        """Show at once what was handed on."""
        self.stream.flush()

    def finish(self) -> str:
        """End the last line. Returns what is to be said of the rest: "", or one sentence."""
        if not self.at_line_start:
            self.stream.write("\n")
            self.at_line_start = True
        if not self.hidden:
            return ""
        return f" (Your function printed {self.hidden} more letters, which are not shown.)"

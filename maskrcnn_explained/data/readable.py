"""The part of a data set that can be read: for files whose damage only decoding shows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from maskrcnn_explained.data.checks import left_out_of
from maskrcnn_explained.data.image_files import ImageFileError
from maskrcnn_explained.data.sample import Sample

BROKEN = "images that cannot be decoded"


class Selection:
    """Some samples of a data set, in the order of their indices.

    Args:
        dataset: a sequence of Samples.
        indices: which of them.
        left_out: reason -> how many, of what the selection leaves out.

    Attributes: dataset, indices, class_names (of the data set, if it has some), left_out (that of
    the data set with these counts).
    """

    def __init__(self, dataset: Any, indices: Sequence[int], left_out: dict[str, int]) -> None:
        self.dataset = dataset
        self.indices = list(indices)
        self.class_names = getattr(dataset, "class_names", None)
        self.left_out = left_out_of(dataset) | left_out

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Sample:
        return self.dataset[self.indices[index]]


def readable(dataset: Any) -> tuple[Selection, list[str]]:
    """Decode every image once, and keep the samples whose image is whole.

    Args:
        dataset: a sequence of Samples.

    Returns:
        The readable samples, and one message per broken file, which names it.

    Raises `ValueError` if no image can be read.
    """
    good = []
    messages = []
    for index in range(len(dataset)):
        try:
            dataset[index]
        except ImageFileError as error:
            messages.append(str(error))
        else:
            good.append(index)
    if messages and not good:
        raise ValueError(f"None of {len(messages)} images can be decoded. The first: {messages[0]}")
    counts = {BROKEN: len(messages)} if messages else {}
    return Selection(dataset, good, counts), messages


class FirstError:
    """A data set that remembers the first error that reading a sample raised.

    Args:
        dataset: a sequence of Samples.

    Attributes: dataset, error (None as long as there is none).
    """

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        self.error: Exception | None = None

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Sample:
        try:
            return self.dataset[index]
        except Exception as error:
            self.error = self.error or error
            raise

    @contextlib.contextmanager
    def instead_of(self, kind: type[Exception]) -> Iterator[None]:
        """Inside this block, raise the remembered error instead of an error of this kind."""
        try:
            yield
        except kind:
            if self.error is None:
                raise
            raise self.error from None

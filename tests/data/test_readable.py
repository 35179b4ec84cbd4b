"""Files that only decoding finds broken are left out, by name."""

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.data.checks import left_out_of
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset
from maskrcnn_explained.data.image_files import ImageFileError
from maskrcnn_explained.data.readable import BROKEN, FirstError, readable
from maskrcnn_explained.data.sample import Subset


@pytest.fixture
def folder(tmp_path):
    """Three pictures with label maps; the middle one ends too early."""
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
    noise = np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    for name in "abc":
        Image.fromarray(noise).save(tmp_path / "images" / f"{name}.jpg")
        Image.fromarray(np.eye(40, 60, dtype=np.uint8)).save(tmp_path / "labels" / f"{name}.png")
    damaged = tmp_path / "images" / "b.jpg"
    damaged.write_bytes(damaged.read_bytes()[:1500])
    return tmp_path


def test_broken_images_are_left_out_and_named(folder):
    dataset = InstanceMaskDataset(folder)
    with pytest.raises(ImageFileError, match=r"b\.jpg"):
        dataset[1]
    good, messages = readable(dataset)
    assert good.indices == [0, 2] and len(good) == 2 and good[1].image_id == 2
    assert len(messages) == 1 and "b.jpg" in messages[0] and "\n" not in messages[0]
    assert good.left_out[BROKEN] == 1
    assert left_out_of(Subset(good, 0, 1))[BROKEN] == 1


def test_the_first_error_is_raised_itself(folder):
    dataset = FirstError(InstanceMaskDataset(folder))
    with pytest.raises(ImageFileError, match=r"b\.jpg"), dataset.instead_of(RuntimeError):
        try:
            dataset[1]
        except ImageFileError:
            raise RuntimeError("a long text") from None
    with pytest.raises(RuntimeError), FirstError([]).instead_of(RuntimeError):
        raise RuntimeError("another")


def test_whole_images_stay(folder):
    (folder / "images" / "b.jpg").unlink()
    (folder / "labels" / "b.png").unlink()
    good, messages = readable(InstanceMaskDataset(folder))
    assert len(good) == 2 and not messages and not good.left_out


def test_nothing_can_be_read(folder):
    for name in "ac":
        (folder / "images" / f"{name}.jpg").write_bytes(
            (folder / "images" / f"{name}.jpg").read_bytes()[:1500]
        )
    with pytest.raises(ValueError, match="None of 3 images can be decoded"):
        readable(InstanceMaskDataset(folder))

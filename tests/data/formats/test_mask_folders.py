"""Masks as pictures: label maps, and one picture per instance."""

import numpy as np
import pytest
from skimage import io

from maskrcnn_explained.data.formats.coco import CocoDataset, save_coco
from maskrcnn_explained.data.formats.mask_folders import InstanceMaskDataset

LABELS = np.zeros((12, 16), np.uint16)
LABELS[1:4, 2:6], LABELS[5:9, 8:15] = 7, 300


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    io.imsave(path, pixels, check_contrast=False)


@pytest.fixture
def maps(tmp_path):
    """Two images with label maps; the second has no object."""
    for name, labels in (("b", LABELS), ("a", LABELS * 0)):
        save(tmp_path / "maps" / "images" / f"{name}.png", np.zeros((12, 16, 4), np.uint8))
        save(tmp_path / "maps" / "labels" / f"{name}.png", labels)
    return tmp_path / "maps"


@pytest.fixture
def pictures(tmp_path):
    """The same as one picture per instance, grey or with an opaque alpha channel."""
    folder = tmp_path / "pictures" / "b"
    save(folder / "images" / "b.png", np.zeros((12, 16, 3), np.uint8))
    save(folder / "masks" / "1.png", (LABELS == 7).astype(np.uint8) * 255)
    alpha = np.full((12, 16, 4), 255, np.uint8)
    alpha[..., :3] = (LABELS == 300)[..., None] * 255
    save(folder / "masks" / "2.png", alpha)
    return tmp_path / "pictures"


def test_label_maps(maps):
    data = InstanceMaskDataset(maps, class_name="nucleus")
    assert data.names == ["a", "b"] and data.class_names == ("background", "nucleus")
    assert data[0].masks.shape == (0, 12, 16)
    np.testing.assert_array_equal(data[1].masks, [LABELS == 7, LABELS == 300])
    assert data[1].class_ids.tolist() == [1, 1] and data[-1].image_id == 1


def test_both_layouts_say_the_same(maps, pictures):
    one, other = InstanceMaskDataset(maps, ["b"])[0], InstanceMaskDataset(pictures)[0]
    np.testing.assert_array_equal(one.masks, other.masks)


def test_a_choice_of_images_in_its_order(maps):
    assert InstanceMaskDataset(maps, ["b", "a"]).names == ["b", "a"]
    with pytest.raises(FileNotFoundError, match="mask.* of c"):
        InstanceMaskDataset(maps, ["a", "c"])


def test_round_trip_through_coco(maps, tmp_path):
    data = InstanceMaskDataset(maps)
    save_coco(data, tmp_path / "saved", data.class_names)
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    for one, other in zip(data, again, strict=True):
        np.testing.assert_array_equal(one.masks, other.masks)


def test_neither_layout(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        InstanceMaskDataset(tmp_path / "none")
    with pytest.raises(ValueError, match="neither images/ and labels/"):
        InstanceMaskDataset(tmp_path)


def test_a_photograph_is_no_label_map(maps):
    save(maps / "labels" / "a.png", np.zeros((12, 16, 3), np.uint8))
    with pytest.raises(ValueError, match="not a label map"):
        InstanceMaskDataset(maps)[0]

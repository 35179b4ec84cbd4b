"""Masks as pictures: label maps, and one picture per instance."""

import numpy as np
import pytest
from PIL import Image
from skimage import io

from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.formats.coco_writer import save_coco
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
    noise = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    save(maps / "labels" / "a.png", noise)
    with pytest.raises(ValueError, match="looks like a photograph"):
        InstanceMaskDataset(maps)[0]


# Names, layouts and sizes as people have them


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("leaf.png", "leaf.png"),
        ("leaf.PNG", "leaf.TIF"),
        ("leaf.png", "leaf_mask.png"),
        ("leaf.png", "leaf_labels.png"),
        ("leaf.png", "leaf_seg.png"),
        ("leaf.png", "leaf_gt.png"),
        ("leaf.png", "leaf_instance_ids.png"),
        ("leaf.png", "mask_leaf.png"),
        ("leaf.png", "leaf_cp_masks.png"),
        ("leaf.jpg", "leaf.jpg.png"),
        ("leaf.png", "leaf_L.png"),
        ("leaf.png", "leaf.mask.png"),
        ("leaf.png", "Leaf mask.png"),
        ("image_1.png", "mask_1.png"),
        ("a_leftImg8bit.png", "a_gtFine_instanceIds.png"),
        ("leaf_image.png", "leaf_mask.png"),
        ("leaf_mask.png", "leaf_mask.png"),
    ],
)
@pytest.mark.parametrize("folders", [("images", "labels"), ("Images", "Masks")])
def test_names_that_belong_together(tmp_path, image, label, folders):
    save(tmp_path / folders[0] / image, np.zeros((12, 16, 3), np.uint8))
    save(tmp_path / folders[1] / label, LABELS)
    (sample,) = InstanceMaskDataset(tmp_path)
    assert sample.masks.sum((1, 2)).tolist() == [12, 28]


def test_names_that_do_not_fit_are_told(tmp_path):
    save(tmp_path / "images" / "a.png", LABELS.astype(np.uint8))
    save(tmp_path / "labels" / "b.png", LABELS)
    with pytest.raises(ValueError, match=r"No label map has the name .* a\.png in .* b\.png in"):
        InstanceMaskDataset(tmp_path)


def test_pictures_and_maps_without_partner_stop_or_are_counted(maps):
    for name in ("c", "d"):
        save(maps / "images" / f"{name}.png", np.zeros((12, 16), np.uint8))
    save(maps / "labels" / "e.png", LABELS)
    with pytest.raises(ValueError, match="3 problems") as caught:
        InstanceMaskDataset(maps)
    assert "c.png: it has no label map" in str(caught.value)
    assert "e.png: it has no image" in str(caught.value)
    data = InstanceMaskDataset(maps, problems="leave out")
    assert data.names == ["a", "b"]
    assert data.left_out == {"pictures without a label map": 2, "label maps without a picture": 1}


def test_a_map_of_another_size_or_with_loss_is_named(maps):
    save(maps / "labels" / "a.png", np.ones((6, 8), np.uint8))
    with pytest.raises(ValueError, match=r"a\.png does not fit its picture: .* 12 x 16 .* 6 x 8"):
        InstanceMaskDataset(maps)
    (maps / "labels" / "a.png").unlink()
    save(maps / "labels" / "a.jpg", np.ones((12, 16), np.uint8))
    with pytest.raises(ValueError, match=r"a\.jpg is a JPEG"):
        InstanceMaskDataset(maps)
    data = InstanceMaskDataset(maps, problems="leave out")
    assert data.names == ["b"] and list(data.left_out.values()) == [1]
    (maps / "labels" / "b.png").unlink()
    (maps / "images" / "b.png").unlink()
    with pytest.raises(ValueError, match="1 problem"):  # nothing would be left
        InstanceMaskDataset(maps, problems="leave out")


@pytest.mark.parametrize("where", ["images", "labels"])
def test_two_pictures_of_one_name(maps, where):
    save(maps / where / "a.tif", np.zeros((12, 16), np.uint8))
    with pytest.raises(ValueError, match=r"a\.png and a\.tif have one name"):
        InstanceMaskDataset(maps)


def test_two_maps_for_one_image(maps):
    for name in ("c_mask", "c_label"):
        save(maps / "labels" / f"{name}.png", LABELS)
    save(maps / "images" / "c.png", np.zeros((12, 16), np.uint8))
    with pytest.raises(ValueError, match=r"both fit the image c\.png"):
        InstanceMaskDataset(maps)


def test_two_pictures_with_one_set_of_masks(pictures):
    save(pictures / "b" / "images" / "c.png", np.zeros((12, 16, 3), np.uint8))
    with pytest.raises(ValueError, match=r"2 pictures \(b\.png, c\.png\)"):
        InstanceMaskDataset(pictures)


def test_one_map_for_two_images(maps):
    save(maps / "labels" / "c_mask.png", LABELS)
    for name in ("c", "c_rgb"):
        save(maps / "images" / f"{name}.png", np.zeros((12, 16), np.uint8))
    with pytest.raises(ValueError, match=r"c\.png .*c_rgb\.png both fit the label map c_mask"):
        InstanceMaskDataset(maps)


def test_a_map_of_another_image_is_not_taken(maps):
    for name in ("c", "c_mask"):
        save(maps / "images" / f"{name}.png", np.zeros((12, 16), np.uint8))
    save(maps / "labels" / "c_mask.png", LABELS)
    data = InstanceMaskDataset(maps, problems="leave out")
    assert data.names == ["a", "b", "c_mask"]
    assert data.left_out == {"pictures without a label map": 1}


def test_two_folders_of_maps(maps):
    (maps / "masks").mkdir()
    (maps / "labels" / "a.txt").write_text("of another tool")
    assert len(InstanceMaskDataset(maps)) == 2
    save(maps / "masks" / "a.png", LABELS)
    with pytest.raises(ValueError, match="labels and .*masks both hold pictures"):
        InstanceMaskDataset(maps)


def test_folders_with_masks_or_a_picture_alone(pictures):
    (pictures / "b").rename(pictures / "B")
    (pictures / "B" / "masks").rename(pictures / "B" / "Masks")
    save(pictures / "c" / "images" / "c.png", np.zeros((12, 16), np.uint8))
    save(pictures / "d" / "masks" / "1.png", np.zeros((12, 16), np.uint8))
    with pytest.raises(ValueError, match="2 problems"):
        InstanceMaskDataset(pictures)
    data = InstanceMaskDataset(pictures, problems="leave out")
    assert data.names == ["B"] and len(data[0]) == 2 and list(data.left_out.values()) == [2]


@pytest.mark.parametrize(
    ("size", "message"),
    [((9, 16), r"2\.png does not fit its picture: .*a\.jpg"), ((16, 12), r"1\.png is .* but .*2")],
)
def test_masks_of_several_sizes(tmp_path, size, message):
    exif = Image.Exif()
    exif[0x0112] = 6
    save(tmp_path / "a" / "masks" / "1.png", LABELS.astype(np.uint8))
    save(tmp_path / "a" / "masks" / "2.png", np.zeros(size, np.uint8))
    (tmp_path / "a" / "images").mkdir()
    Image.new("RGB", (16, 12)).save(tmp_path / "a" / "images" / "a.jpg", exif=exif)
    with pytest.raises(ValueError, match=message):
        InstanceMaskDataset(tmp_path)


def test_hidden_files_are_no_pictures(maps, pictures):
    for place in (maps / "images", maps / "labels", pictures / "b" / "masks"):
        (place / "._a.png").write_bytes(b"\x00\x05\x16\x07")
        (place / "Thumbs.db").write_bytes(b"x")
    assert len(InstanceMaskDataset(maps)) == 2 and len(InstanceMaskDataset(pictures)[0]) == 2


@pytest.mark.parametrize("upright", [True, False])
def test_a_photograph_with_a_tag_is_read_as_its_map_was_drawn(tmp_path, upright):
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "images").mkdir()
    Image.new("RGB", (16, 12)).save(tmp_path / "images" / "a.jpg", exif=exif)
    save(tmp_path / "labels" / "a.png", np.rot90(LABELS, -1) if upright else LABELS)
    (sample,) = InstanceMaskDataset(tmp_path)
    assert sample.image.shape[:2] == ((16, 12) if upright else (12, 16)) and len(sample) == 2


def test_void_is_left_out_and_counted(tmp_path):
    labels = np.zeros((12, 16), np.uint8)
    labels[2:5, 2:5], labels[0] = 3, 255
    save(tmp_path / "images" / "a.png", labels)
    save(tmp_path / "labels" / "a.png", labels)
    data = InstanceMaskDataset(tmp_path)
    assert [len(data[0]), len(data[0])] == [1, 1] and list(data.left_out.values()) == [1]
    assert len(InstanceMaskDataset(tmp_path, void=None)[0]) == 2

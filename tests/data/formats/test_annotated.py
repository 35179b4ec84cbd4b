"""Records are checked before any pixel is read: found, named, counted, left out on request."""

import json

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained.data.formats.annotated import CROWDS, CRUMBS, PROBLEMS
from maskrcnn_explained.data.formats.coco import CocoDataset

SQUARE = [10, 5, 30, 5, 30, 25, 10, 25]
CODE = dict(size=[40, 60], counts=[400, 400, 1600])


def one(segmentation=None, number=1, image=1, category=1, **more):
    row = dict(id=number, image_id=image, category_id=category, bbox=[10, 5, 20, 20], iscrowd=0)
    return row | (dict(segmentation=segmentation) if segmentation is not None else {}) | more


def named(name="leaf.png", number=1, **more):
    return dict(id=number, file_name=name, height=40, width=60) | more


@pytest.fixture
def write(tmp_path):
    """A COCO file and its images; returns a function that opens it."""

    def open_file(*annotations, images=None, categories=None, make=True, **options):
        images = images or [named()]
        categories = categories or [dict(id=1, name="leaf")]
        for image in images if make else ():
            Image.new("RGB", (60, 40)).save(tmp_path / image["file_name"])
        rows = dict(images=images, annotations=list(annotations), categories=categories)
        (tmp_path / "a.json").write_text(json.dumps(rows))
        return CocoDataset(tmp_path / "a.json", tmp_path, **options)

    return open_file


def areas(dataset, index=0):
    return dataset[index].masks.sum((1, 2)).tolist()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (one([SQUARE], 2, image=77), r"annotation 2: its image_id 77 is not among the images"),
        (one([SQUARE], 2, category=9), r"leaf\.png, annotation 2: its category_id 9 is not among"),
        (one([], 2), r"leaf\.png, annotation 2: it has a box and no outline"),
        (one(None, 2), r"--boxes rectangles"),
        (one([], 2, bbox=None), r"annotation 2: it has no outline"),
        (one([[3, 3, 4, 4]], 2, bbox=[]), r"annotation 2: it has no outline"),
        (one([[1, 2, 3, 4, float("nan"), 6]], 2), r"annotation 2: .*finite"),
        (one([[0.1, 0.1, 0.5, 0.1, 0.5, 0.5]], 2), r"annotation 2: .*relative to the image"),
        (one([[70, 5, 90, 5, 90, 25]], 2), r"annotation 2: it lies outside"),
        (one([[-9, -9, -1, -9, -1, -1]], 2), r"annotation 2: it lies outside"),
        (one(dict(size=[40, 60], counts=[10, 50]), 2), r"annotation 2: .* add up to 60"),
        (one(dict(size=[40, 60], counts=[10, 5000]), 2), r"annotation 2: .* add up to 5010"),
        (one(dict(size=[60, 40], counts=[400, 2000]), 2), r"annotation 2: .* exchanged"),
        (one("3 4 5", 2), r"annotation 2: .*polygons or an RLE"),
        (one([SQUARE], 2, iscrowd="maybe"), r"annotation 2: .*not a number"),
        (one([SQUARE], 2, image=None), r"image_id None is not among"),
        (one([SQUARE], 2, image=[1]), r"image_id \[1\] is not among"),
    ],
)
def test_a_bad_record_is_named_or_left_out(write, bad, message):
    with pytest.raises(ValueError, match=message):
        write(one([SQUARE]), bad)
    dataset = write(one([SQUARE]), bad, problems="leave out")
    assert areas(dataset) == [400] and dataset.left_out[PROBLEMS] == 1


def test_all_problems_are_counted_and_ten_are_told(write):
    bad = [one([[1, 1, 2, 2]], number) for number in range(2, 30)]
    with pytest.raises(ValueError, match="28 problems") as caught:
        write(one([SQUARE]), *bad)
    assert "annotation 11:" in str(caught.value) and "annotation 12:" not in str(caught.value)
    assert "and 18 more" in str(caught.value)
    dataset = write(one([SQUARE]), *bad, problems="leave out")
    assert len(dataset[0]) == 1 and dataset.left_out == {PROBLEMS: 28}
    assert "28 problems" in dataset.summary


def test_boxes_become_rectangles_on_request(write):
    dataset = write(one([]), one([SQUARE], 2), one(number=3, bbox=[0, 0, 5, 4]), boxes="rectangles")
    assert areas(dataset) == [400, 400, 20]


def test_crowds_are_counted_and_can_be_objects(write):
    rows = [one([SQUARE]), one(CODE, 2, iscrowd=1), one(CODE, 3, iscrowd="1")]
    dataset = write(*rows)
    assert dataset[0].crowd.tolist() == [False, True, True] and dataset.left_out == {CROWDS: 2}
    dataset = write(*rows, crowds="objects")
    assert not dataset[0].crowd.any() and not dataset.left_out


def test_crumbs_are_counted(write):
    dataset = write(one([SQUARE, [3, 3, 4, 4], [1, 1]]))
    assert areas(dataset) == [400] and dataset.left_out == {CRUMBS: 2}


def test_classes_that_the_model_does_not_know_are_counted(write):
    rows = [one([SQUARE]), one([SQUARE], 2, category=2), one([SQUARE], 3, category=2)]
    categories = [dict(id=1, name="leaf"), dict(id=2, name="stem")]
    dataset = write(*rows, categories=categories, class_names=("background", "leaf"))
    assert areas(dataset) == [400]
    assert "2 objects of a class that the model does not know (stem 2)" in dataset.summary


def test_images_that_are_missing_or_broken(write, tmp_path):
    images = [named(f"{number}.png", number) for number in (1, 2, 3, 4)]
    write(images=images)
    (tmp_path / "2.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"There is no image '2\.png'\. Tried: .*2\.png"):
        write(images=images, make=False)
    (tmp_path / "3.png").write_bytes(b"no picture")
    (tmp_path / "4.png").write_bytes(b"")
    with pytest.raises(ValueError, match="3 problems"):
        write(images=images, make=False)
    dataset = write(images=images, make=False, problems="leave out")
    assert [path.name for path in dataset.paths] == ["1.png"] and dataset.left_out[PROBLEMS] == 3


def test_nothing_is_left(write, tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no image"):
        write(one([SQUARE]), images=[named("gone.png")], make=False, problems="leave out")


def test_one_file_as_two_images(write):
    with pytest.raises(ValueError, match=r"leaf\.png is there twice"):
        write(one([SQUARE]), images=[named(), named(number=2)])


# A photograph of a phone: stored lying, shown upright.

TAGS = {3: 2, 6: 3, 8: 1}  # EXIF orientation -> quarters counterclockwise that undo it


@pytest.fixture
def phone(tmp_path):
    """An upright picture of 60 x 40 (H x W), bright where its object is; stored with a tag."""

    def stored(tag, size=None):
        shown = np.zeros((60, 40, 3), np.uint8)
        shown[30:50, 5:15] = 255
        exif = Image.Exif()
        exif[0x0112] = tag
        pixels = np.ascontiguousarray(np.rot90(shown, -TAGS[tag]))
        Image.fromarray(pixels).save(tmp_path / "phone.jpg", exif=exif.tobytes(), quality=98)
        ring = [5, 30, 15, 30, 15, 50, 5, 50]
        image = dict(id=1, file_name="phone.jpg")
        if size:
            image |= dict(height=size[0], width=size[1])
        rows = dict(images=[image], annotations=[one([ring])], categories=[dict(id=1, name="leaf")])
        (tmp_path / "a.json").write_text(json.dumps(rows))
        return CocoDataset(tmp_path / "a.json", tmp_path)

    return stored


@pytest.mark.parametrize("tag", [3, 6, 8])
@pytest.mark.parametrize("size", [None, (60, 40)])
def test_outlines_drawn_upright_lie_on_their_object(phone, tag, size):
    sample = phone(tag, size)[0]
    bright = sample.image[..., 0] > 128
    assert sample.image.shape == (60, 40, 3)
    assert (bright & sample.masks[0]).sum() > 0.95 * (bright | sample.masks[0]).sum()


def test_a_file_annotated_as_it_is_stored_stays_so(phone):
    assert phone(6, (40, 60))[0].image.shape == (40, 60, 3)


def test_a_size_that_fits_neither_is_refused(phone):
    with pytest.raises(ValueError, match=r"phone\.jpg") as caught:
        phone(6, (80, 120))
    for number in ("80", "120", "60", "40"):
        assert number in str(caught.value)


def test_the_size_of_codes_counts_where_the_file_says_none(write):
    image = dict(id=1, file_name="leaf.png")
    assert areas(write(one(CODE), images=[image])) == [400]
    with pytest.raises(ValueError, match=r"leaf\.png"):
        write(one(dict(size=[20, 30], counts=[100, 500])), images=[image])

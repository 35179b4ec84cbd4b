"""COCO's format: polygons, plain and compressed RLE, crowds, gaps between ids, round trips."""

import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from skimage import io

from maskrcnn_explained.data.formats.coco import CocoDataset, decode, save_coco
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.dataset import Scenes

SIZE = (20, 30)
SQUARE = np.zeros(SIZE, bool)
SQUARE[4:10, 6:15] = True
POLYGON = [6, 4, 15, 4, 15, 10, 6, 10]  # its outline, x first
PLAIN = dict(size=list(SIZE), counts=[6 * 20 + 4, 6, *[14, 6] * 8, 10 + 15 * 20])
RLE = coco_mask.encode(np.asfortranarray(SQUARE.astype(np.uint8)))
COMPRESSED = dict(size=list(SIZE), counts=RLE["counts"].decode())


def annotation(segmentation, number=1, image=7, category=90, **more):
    return dict(id=number, image_id=image, category_id=category, segmentation=segmentation, **more)


@pytest.fixture
def write(tmp_path):
    """Write a file with two images, categories 17 and 90, and these annotations."""

    def to_file(*annotations, **changes):
        content = (
            dict(
                images=[dict(id=i, file_name=f"{i}.png", height=20, width=30) for i in (7, 300)],
                categories=[dict(id=90, name="cup"), dict(id=17, name="cat")],
                annotations=list(annotations),
            )
            | changes
        )
        (tmp_path / "file.json").write_text(json.dumps(content))
        for i in (7, 300):
            pixels = np.full((*SIZE, 3), i % 256, np.uint8)
            io.imsave(tmp_path / f"{i}.png", pixels, check_contrast=False)
        return tmp_path / "file.json", tmp_path

    return to_file


@pytest.mark.parametrize("outline", [[POLYGON], PLAIN, COMPRESSED], ids=["polygon", "RLE", "coded"])
def test_every_kind_of_outline_gives_the_same_mask(outline):
    np.testing.assert_array_equal(decode(outline, SIZE), SQUARE)


def test_an_object_in_two_parts():
    other = [20, 12, 25, 12, 25, 18, 20, 18]
    both = decode([POLYGON, other], SIZE)
    assert both.sum() == SQUARE.sum() + 30 and both[12:18, 20:25].all()


def test_images_classes_and_crowds(write):
    data = CocoDataset(
        *write(
            annotation([POLYGON], 1),
            annotation(PLAIN, 2, category=17),
            annotation(COMPRESSED, 3, iscrowd=1),
        )
    )
    assert data.class_names == ("background", "cat", "cup"), "in the order of ids, without gaps"
    first, second = data
    assert first.class_ids.tolist() == [2, 1, 2] and first.crowd.tolist() == [False, False, True]
    assert (first.image_id, second.image_id) == (7, 300) and first.image[0, 0, 0] == 7
    assert len(second) == 0 and second.masks.shape == (0, *SIZE)


def test_classes_of_a_model_by_name(write):
    file = write(annotation([POLYGON]), annotation(PLAIN, 2, category=17))
    data = CocoDataset(*file, class_names=("background", "dog", "cup"))
    assert data[0].class_ids.tolist() == [2], "a cat is none of them"
    with pytest.raises(ValueError, match="categories cat, cup; none of them is among .* dog"):
        CocoDataset(*file, class_names=("background", "dog"))


def test_outlines_without_area_are_left_out_with_a_warning(write):
    file = write(
        annotation([]),
        annotation([[1, 2, 3, 4]], 2),
        annotation([POLYGON], 3),
        dict(id=4, image_id=7, category_id=17),
    )
    with pytest.warns(UserWarning, match="3 of 4 annotations have no outline"):
        data = CocoDataset(*file)
    assert len(data[0]) == 1


def test_round_trip_of_scenes(tmp_path):
    scenes = Scenes("train", 4, sizes=64)
    names = ("background", "disk", "rectangle", "triangle", "star")
    save_coco(scenes, tmp_path / "saved", names)
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    assert again.class_names == names and len(again) == 4
    for one, other in zip(scenes, again, strict=True):
        for field in ("image", "masks", "class_ids", "crowd"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


def test_round_trip_of_crowds_and_of_images_without_objects(tmp_path):
    image = np.zeros((*SIZE, 3), np.uint8)
    empty = Sample(image, np.zeros((0, *SIZE), bool), np.zeros(0, np.int32))
    crowd = Sample(image, SQUARE[None], np.ones(1, np.int32), crowd=np.ones(1, bool))
    save_coco([empty, crowd], tmp_path / "saved", ("background", "cat"))
    again = CocoDataset(tmp_path / "saved" / "annotations.json", tmp_path / "saved" / "images")
    assert len(again[0]) == 0 and again[1].crowd.tolist() == [True]
    np.testing.assert_array_equal(again[1].masks[0], SQUARE)
    with pytest.raises(FileExistsError, match="is there already"):
        save_coco([empty], tmp_path / "saved", ("background", "cat"))


def test_saving_leaves_nothing_half_written(tmp_path):
    class Broken:
        def __len__(self):
            return 2

        def __getitem__(self, index):
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        save_coco(Broken(), tmp_path / "saved", ("background", "cat"))
    assert list(tmp_path.iterdir()) == []


def test_polygons_in_text_files_become_coco(tmp_path):
    """Convert YOLO's labels: one line per object, the class first, then points in 0..1."""
    line = "3 " + " ".join(f"{n / (30 if i % 2 == 0 else 20):.6f}" for i, n in enumerate(POLYGON))
    class_id, *points = line.split()
    scale = np.tile([30, 20], len(points) // 2)
    content = dict(
        images=[dict(id=1, file_name="a.png", height=20, width=30)],
        categories=[dict(id=3, name="cat")],
        annotations=[
            annotation([(np.float64(points) * scale).tolist()], image=1, category=int(class_id))
        ],
    )
    (tmp_path / "a.json").write_text(json.dumps(content))
    io.imsave(tmp_path / "a.png", np.zeros((*SIZE, 3), np.uint8), check_contrast=False)
    np.testing.assert_array_equal(CocoDataset(tmp_path / "a.json", tmp_path)[0].masks[0], SQUARE)


# Bad input


def test_files_that_are_not_there(tmp_path, write):
    path, folder = write()
    with pytest.raises(FileNotFoundError, match="no annotation file"):
        CocoDataset(tmp_path / "none.json", folder)
    with pytest.raises(FileNotFoundError, match="no folder"):
        CocoDataset(path, tmp_path / "none")
    (folder / "7.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks 7\.png"):
        CocoDataset(path, folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a JSON file"),
        ("[]", "no list of 'images'"),
        ('{"images": [], "annotations": {}}', "no list of 'annotations'"),
        ('{"images": [{"id": 1}], "annotations": [], "categories": []}', "lacks 'file_name'"),
        ('{"images": [], "annotations": [], "categories": []}', "categories none"),
    ],
)
def test_not_cocos_format(tmp_path, text, message):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        CocoDataset(tmp_path / "a.json", tmp_path)


def test_unknown_image_or_category(write):
    for wrong in (dict(image=8), dict(category=5)):
        with pytest.raises(ValueError, match="not both are in the file"):
            CocoDataset(*write(annotation([POLYGON], **wrong)))


def test_a_mask_of_another_size(write):
    with pytest.raises(ValueError, match="does not fit an image"):
        CocoDataset(*write(annotation(PLAIN | dict(size=[21, 30]))))[0]


def from_text(folder, names):
    """Polygons in text files ("class x1 y1 ..", divided by the image's size) as COCO JSON."""
    images, annotations = [], []
    for number, path in enumerate(sorted((folder / "images").iterdir()), start=1):
        height, width = io.imread(path).shape[:2]
        images.append(dict(id=number, file_name=path.name, height=height, width=width))
        labels = folder / "labels" / f"{path.stem}.txt"  # images without an object have none
        for line in labels.read_text().splitlines() if labels.exists() else ():
            class_id, *numbers = line.split()
            corners = np.array(numbers, float).reshape(-1, 2) * (width, height)
            annotations.append(
                annotation([corners.ravel().tolist()], len(annotations) + 1, number, int(class_id))
            )
    categories = [dict(id=i, name=name) for i, name in enumerate(names)]
    return dict(images=images, categories=categories, annotations=annotations)


def test_polygons_in_text_files_by_way_of_json(tmp_path):
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    io.imsave(tmp_path / "images" / "a.png", np.zeros((*SIZE, 3), np.uint8), check_contrast=False)
    corners = np.array(POLYGON).reshape(-1, 2) / (SIZE[1], SIZE[0])
    line = " ".join(["1", *(f"{number:.6f}" for number in corners.ravel())])
    (tmp_path / "labels" / "a.txt").write_text(line + "\n")
    (tmp_path / "file.json").write_text(json.dumps(from_text(tmp_path, ["cat", "cup"])))
    (sample,) = CocoDataset(tmp_path / "file.json", tmp_path / "images")
    np.testing.assert_array_equal(sample.masks, SQUARE[None])
    assert sample.class_ids.tolist() == [2]

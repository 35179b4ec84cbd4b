"""COCO's format: polygons, plain and compressed RLE, crowds, gaps between ids, round trips."""

import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from skimage import io

from maskrcnn_explained.data.formats.coco import CocoDataset, decode

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
    with pytest.raises(ValueError, match="classes cat, cup; none of them is among .* dog"):
        CocoDataset(*file, class_names=("background", "dog"))


def test_objects_without_an_outline_stop_or_are_left_out(write):
    file = write(
        annotation([]),
        annotation([[1, 2, 3, 4]], 2),
        annotation([POLYGON], 3),
        dict(id=4, image_id=7, category_id=17),
    )
    with pytest.raises(ValueError, match="3 problems"):
        CocoDataset(*file)
    data = CocoDataset(*file, problems="leave out")
    assert len(data[0]) == 1 and sum(data.left_out.values()) == 3


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
    with pytest.raises(FileNotFoundError, match=r"There is no image '7\.png'"):
        CocoDataset(path, folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a JSON file"),
        ("[]", "no kind that is known"),
        ('{"images": [], "annotations": {}}', "without a list of categories"),
        ('{"images": [], "annotations": {}, "categories": []}', "must be a list of dicts"),
        ('{"images": [1], "annotations": [], "categories": []}', "must be a list of dicts"),
        (
            '{"images": [{}], "annotations": [], "categories": [{"id": 1, "name": "a"}]}',
            "lacks",
        ),
        ('{"images": [], "annotations": [], "categories": []}', "no categories"),
        ('{"images": [], "annotations": [], "categories": [{"id": 1}]}', "lacks 'id' or 'name'"),
    ],
)
def test_not_cocos_format(tmp_path, text, message):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        CocoDataset(tmp_path / "a.json", tmp_path)


def test_unknown_image_or_category(write):
    for wrong, message in ((dict(image=8), "image_id 8"), (dict(category=5), "category_id 5")):
        with pytest.raises(ValueError, match=f"annotation 1: its {message} is not among"):
            CocoDataset(*write(annotation([POLYGON], **wrong)))


@pytest.mark.parametrize(
    ("categories", "names"),
    [
        ([dict(id=0, name="leaf"), dict(id=2, name="stem")], ("leaf", "stem")),
        ([dict(id="2", name="stem"), dict(id=10, name="leaf")], ("stem", "leaf")),
        ([dict(id=1, name="leaf"), dict(id=2, name="leaf")], ("leaf",)),
        (  # Roboflow's root, which no annotation has
            [
                dict(id=0, name="plants", supercategory="none"),
                dict(id=1, name="leaf", supercategory="plants"),
            ],
            ("leaf",),
        ),
        (
            [
                dict(id=0, name="leaf", supercategory="none"),
                dict(id=1, name="leaf", supercategory="leaf"),
            ],
            ("leaf",),
        ),
        ([dict(id=0, name="_background_"), dict(id=1, name="leaf")], ("leaf",)),
    ],
)
def test_categories_of_exports(write, categories, names):
    used = categories[-1]["id"]
    data = CocoDataset(*write(annotation([POLYGON], category=used), categories=categories))
    assert data.class_names == ("background", *names)
    assert data.class_names[data[0].class_ids[0]] == categories[-1]["name"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict(categories=[dict(id=90, name="a"), dict(id=90.0, name="b")]), "category id 90 twice"),
        (dict(images=[dict(id=7, file_name=f"{n}.png") for n in (7, 300)]), "image id 7 twice"),
        (dict(categories=[dict(id=90, name="Background")]), "Class 0"),
        (dict(categories=[dict(id=90, name="a"), dict(id=1, name="A")]), "one class twice"),
    ],
)
def test_ids_and_classes_that_are_there_twice(write, changes, message):
    with pytest.raises(ValueError, match=message):
        CocoDataset(*write(annotation([POLYGON]), **changes))


@pytest.mark.parametrize(("image", "category"), [("7", "90"), (7.0, 90.0), (7, "90")])
def test_ids_as_texts_and_as_floats(write, image, category):
    data = CocoDataset(*write(annotation([POLYGON], image=image, category=category)))
    assert data[0].masks.sum() == SQUARE.sum()


def test_the_least_that_an_annotation_holds(write):
    row = dict(image_id=7, category_id=90, segmentation=[POLYGON])
    assert CocoDataset(*write(row, row))[0].masks.sum() == 2 * SQUARE.sum()


def test_a_mask_of_another_size(write):
    with pytest.raises(ValueError, match="does not fit an image"):
        CocoDataset(*write(annotation(dict(size=[21, 30], counts=[100, 530]))))[0]


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

"""About 60 annotation files that are broken, odd, or something else; they are about one picture."""

import copy
import json

from picture_files import png

from broken_files import cut, flipped

NAME, SIZE = "a.png", (40, 60)  # the picture: black
SQUARE = [10, 5, 30, 5, 30, 25, 10, 25]
COCO = dict(
    images=[dict(id=1, file_name=NAME, height=40, width=60)],
    categories=[dict(id=1, name="leaf")],
    annotations=[
        dict(id=1, image_id=1, category_id=1, segmentation=[SQUARE], bbox=[1, 2, 3, 4], iscrowd=0)
    ],
)
VIA = {
    "a.png1": dict(
        filename=NAME,
        regions=[
            dict(
                shape_attributes=dict(name="rect", x=5, y=5, width=9, height=9),
                region_attributes=dict(kind="leaf"),
            )
        ],
    )
}
LABELME = dict(
    version="5",
    shapes=[dict(label="leaf", points=[[5, 5], [9, 5], [9, 9]], shape_type="polygon")],
    imagePath=NAME,
    imageHeight=40,
    imageWidth=60,
)
FORMATS = {"coco": COCO, "via": VIA, "labelme": LABELME}
DEEP = 100_000


def write_picture(folder) -> None:
    """The picture that the files are about."""
    content = png(SIZE[1], SIZE[0], 8, 0, bytes(SIZE[0] * (SIZE[1] + 1)))
    (folder / NAME).write_bytes(content)


def _text(content) -> bytes:
    return json.dumps(content).encode()


def _coco(where, **fields) -> bytes:
    """COCO with other fields in the first entry of a list."""
    content = copy.deepcopy(COCO)
    content[where][0] |= fields
    return _text(content)


def _many(where, *changes) -> bytes:
    """COCO with a copy of the first entry of a list per change."""
    content = copy.deepcopy(COCO)
    content[where] = [content[where][0] | fields for fields in changes]
    return _text(content)


def cut_short(generator):
    return {
        f"cut_{place}_{name}.json": cut(_text(content), part)
        for name, content in FORMATS.items()
        for place, part in enumerate([1, 0.5, -1])
    }


def with_flipped_bits(generator):
    return {
        f"flip_{number}_{name}.json": flipped(_text(content), generator, number + 1)
        for name, content in FORMATS.items()
        for number in range(2)
    }


def other_texts(generator):
    """JSON as some tools write it."""
    text = json.dumps(COCO)
    twice = text.replace('"height": 40', '"height": 3, "height": 40')
    return {
        "bom.json": b"\xef\xbb\xbf" + text.encode(),
        "utf16.json": text.encode("utf-16"),
        "utf16_big.json": text.encode("utf-16-be"),
        "utf32.json": text.encode("utf-32"),
        "keys_twice.json": twice.encode(),
        "spaces.json": b"\n\t " * 1000 + text.encode() + b"\n" * 1000,
    }


def no_annotations(generator):
    """What is no JSON, or JSON of something else."""
    return {
        "empty.json": b"",
        "zeros.json": bytes(100),
        "random.json": generator.randbytes(500),
        "null.json": b"null",
        "number.json": b"1e999",
        "text.json": b'"images"',
        "list.json": b"[]",
        "deep_list.json": b"[" * DEEP + b"]" * DEEP,
        "deep_table.json": b'{"images":' * DEEP + b"1" + b"}" * DEEP,
        "latin.json": '{"images": "\u00fc"}'.encode("latin-1"),
        "two.json": _text(COCO) * 2,
        "long_number.json": b'{"images": ' + b"9" * 5000 + b"}",
        "folder.json": lambda path: path.mkdir(),
        "loop.json": lambda path: path.symlink_to(path.name),
        "yaml.json": b"names: [leaf]\nnc: 1\n",
    }


def odd_outlines(generator):
    """COCO whose outlines are no outlines in the picture."""
    segmentations = {
        "nan": [[float("nan"), *SQUARE[1:]]],
        "infinite": [[float("-inf"), *SQUARE[1:]]],
        "huge": [[10**400, *SQUARE[1:]]],
        "odd": [SQUARE[:7]],
        "short": [SQUARE[:4]],
        "pairs": [[[1, 2], [3, 4, 5], [6, 7]]],
        "texts": [["a"] * 8],
        "table": [{"x": 1}],
        "word": "polygon",
        "number": 7,
        "none": None,
        "rle_short": dict(size=[40, 60], counts=[1, 2]),
        "rle_negative": dict(size=[40, 60], counts=[-400, 2800]),
        "rle_overflow": dict(size=[40, 60], counts=[2**64 + 400, -(2**64) + 2000]),
        "rle_infinite": dict(size=[40, 60], counts=[float("inf")]),
        "rle_huge_number": dict(size=[40, 60], counts=[10**400]),
        "rle_of_all": dict(size=[60_000, 60_000], counts=[0, 3_600_000_000]),
        "rle_size": dict(size=[-40, -60], counts=[400, 2000]),
        "rle_one_side": dict(size=[2400], counts=[2400]),
        "rle_text": dict(size=[40, 60], counts="\u00ff\u0000o"),
        "rle_far_text": dict(size=[40, 60], counts="o" * 500_000 + "0"),
        "rle_bytes": dict(size=[40, 60], counts=[[400], [2000]]),
    }
    return {
        f"{name}.json": _coco("annotations", segmentation=value)
        for name, value in segmentations.items()
    }


def odd_records(generator):
    """COCO whose tables contradict each other."""
    return {
        "size_negative.json": _coco("images", height=-40, width=-60),
        "size_huge.json": _coco("images", height=60_000, width=60_000),
        "size_10_to_400.json": _coco("images", height=10**400),
        "id_twice.json": _many("images", {}, dict(file_name="b.png")),
        "id_list.json": _coco("images", id=[1]),
        "name_null.json": _coco("images", file_name="a\0.png"),
        "name_long.json": _coco("images", file_name="a" * 100_000),
        "name_outside.json": _coco("images", file_name="../../../../../etc/passwd"),
        "name_folder.json": _coco("images", file_name="."),
        "name_list.json": _coco("images", file_name=["a.png"]),
        "name_lone.json": _coco("images", file_name="\ud800.png"),
        "category_twice.json": _many("categories", {}, dict(name="tree")),
        "category_lone.json": _coco("categories", name=["leaf"]),
        "category_far.json": _coco("annotations", category_id=2**70),
        "image_far.json": _coco("annotations", image_id=1.5),
        "id_of_digits.json": _coco("annotations", image_id="9" * 5000),
        "no_lists.json": _text(dict.fromkeys(COCO, 1)),
        "nothing_in_lists.json": _text(dict.fromkeys(COCO, [None])),
    }


def odd_shapes(generator):
    """VIA and labelme with shapes that are none."""
    rect = VIA["a.png1"]["regions"][0]
    shape = LABELME["shapes"][0]
    via = {
        "negative": dict(name="rect", x=5, y=5, width=-9, height=9),
        "endless": dict(name="circle", cx=5, cy=5, r=float("inf")),
        "huge": dict(name="ellipse", cx=5, cy=5, rx=10**400, ry=1),
        "uneven": dict(name="polygon", all_points_x=[1, 2, 3], all_points_y=[1]),
        "large": dict(name="ellipse", cx=5, cy=5, rx=1e300, ry=1e300, theta=1e300),
        "wide": dict(name="rect", x=-1e300, y=-1e300, width=1e301, height=1e301),
    }
    labelme = {
        "far": dict(points=[[1e308, 1e308], [-1e308, 0], [0, 9]]),
        "words": dict(points="points"),
        "three": dict(points=[[1, 2, 3]] * 3),
        "kind": dict(shape_type=["polygon"]),
        "large": dict(shape_type="circle", points=[[-1e308, 0], [1e308, 1e308]]),
        "pixels": dict(shape_type="mask", points=[[1e300, -1e300]] * 2, mask="AAAA"),
    }
    rows = {name: [rect | {"shape_attributes": fields}] for name, fields in via.items()}
    files = {
        f"via_{name}.json": _text({"a": dict(filename=NAME, regions=regions)})
        for name, regions in rows.items()
    }
    return files | {
        f"labelme_{name}.json": _text(LABELME | {"shapes": [shape | fields]})
        for name, fields in labelme.items()
    }


KINDS = {
    "cut": ("refused", cut_short),
    "flipped": ("either", with_flipped_bits),
    "other texts": ("read", other_texts),
    "no annotations": ("refused", no_annotations),
    "odd outlines": ("refused", odd_outlines),
    "odd records": ("either", odd_records),
    "odd shapes": ("either", odd_shapes),
}

"""What a JSON file is, is told; byte order marks are read."""

import json

import pytest

from maskrcnn_explained.data.formats.json_files import (
    declared_size,
    format_of,
    not_understood,
    read_json,
)

COCO = dict(images=[], annotations=[], categories=[])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_of_json(tmp_path, encoding):
    (tmp_path / "a.json").write_bytes(json.dumps({"ä": 1}, ensure_ascii=False).encode(encoding))
    assert read_json(tmp_path / "a.json") == {"ä": 1}


@pytest.mark.parametrize("content", [b"", b"{", b"{}{}", b"\xff\xfe\x00", b"[" * 100_000])
def test_no_json(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.json is not a JSON file"):
        read_json(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError, match="no annotation file"):
        read_json(tmp_path / "b.json")


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (COCO, "coco", "COCO"),
        (COCO | dict(annotations=[dict(segments_info=[])]), "panoptic", "panoptic format"),
        (dict(images=[], categories=[]), "no annotations", "COCO without annotations"),
        (dict(images=[], annotations=[]), "no categories", "without a list of categories"),
        (dict(annotations=[], categories=[]), "no images", "without a list of images"),
        ([dict(image_id=1, category_id=1, score=0.5)], "results", "COCO results"),
        ([dict(image="a.png", annotations=[])], "createml", "CreateML"),
        ([dict(data={}, annotations=[])], "label studio", "Label Studio"),
        (dict(type="FeatureCollection", features=[]), "FeatureCollection", "GeoJSON"),
        (dict(names=["leaf"], nc=1), "yolo", "YOLO"),
        (dict(version="5", shapes=[], imagePath="a.png"), "labelme", "labelme"),
        ({"a.png1": dict(filename="a.png", regions=[])}, "via", "VIA"),
        ({"_via_img_metadata": {}, "_via_settings": {}}, "via", "VIA"),
        (dict(project={}, file={}, view={}, metadata={}), "via3", "VIA 3 project"),
        ({}, "", "no kind"),
        ([], "", "no kind"),
        ([1], "", "no kind"),
        ("text", "", "no kind"),
        (None, "", "no kind"),
        (dict(a=1), "", "no kind"),
        ([dict(a=1)], "", "no kind"),
    ],
)
def test_what_a_file_is(content, kind, told):
    assert format_of(content) == kind
    message = str(not_understood("a.json", content, "VIA's"))
    assert told in message and "a.json is not in VIA's format" in message
    assert "COCO" in message and "labelme" in message


@pytest.mark.parametrize(
    ("row", "size"),
    [
        (dict(h=40, w=60), (40, 60)),
        (dict(h="40", w=60.0), (40, 60)),
        (dict(h=0, w=60), None),
        (dict(h=-1, w=60), None),
        (dict(h=None, w=60), None),
        (dict(h=[], w=60), None),
        (dict(h=40), None),
    ],
)
def test_the_size_that_a_file_says(row, size):
    assert declared_size(row, "h", "w") == size

"""Class names of a file and of a model: equal, unknown, or almost equal."""

import pytest

from maskrcnn_explained.data.formats.classes import class_numbers


def test_a_file_s_own_classes():
    names, numbers = class_numbers("f", ["leaf", "stem"])
    assert names == ("background", "leaf", "stem") and numbers == dict(leaf=1, stem=2)


def test_classes_of_a_model_by_name():
    names, numbers = class_numbers("f", ["stem", "root"], ["background", "leaf", "stem"])
    assert names == ("background", "leaf", "stem") and numbers == dict(stem=2)


@pytest.mark.parametrize(
    ("found", "known", "message"),
    [
        (["Leaf", "stem"], ["background", "leaf", "stem"], "'Leaf', the model has 'leaf'"),
        (["leaf "], ["background", "leaf"], "differ by case or spaces"),
        (["traffic_light"], ["background", "traffic light"], "traffic light"),
        (["leaf", "Leaf"], None, "'leaf' and 'Leaf'"),
        (["leaf"], ["background", "leaf", "leaf"], "class_names has 'leaf' and 'leaf'"),
        (["background", "leaf"], None, "nothing is annotated as background"),
        (["Background"], None, "Class 0"),
        (["leaf"], ["background", "stem", "background"], "Class 0"),
        (["leaf"], ["background", "stem"], "none of them is among the classes stem"),
    ],
)
def test_refused(found, known, message):
    with pytest.raises(ValueError, match=message):
        class_numbers("f", found, known)


def test_no_class_at_all():
    assert class_numbers("f", []) == (("background",), {})

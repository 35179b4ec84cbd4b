"""The record of a run: written whole, read back equal, damage is told."""

import json

import pytest

from maskrcnn_explained.training.run_record import RunRecord, Stage, read_record


def record():
    recipe = {"steps": 8, "stage": "heads", "validation_images": 3}
    stage = Stage(recipe, "2 layers, abc", steps=8, epoch_steps=2, epochs=4, done=3)
    return RunRecord({"data": {"images": 5}}, [stage], {"epoch": 3})


def test_it_is_read_back_equal(tmp_path):
    assert read_record(tmp_path) is None
    record().write(tmp_path)
    assert read_record(tmp_path) == record()
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert record().stages[0].last_step == 6


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"about": {}, "stages": [{"x": 1}], "callbacks": {}}']
)
def test_a_damaged_record_is_told(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ValueError, match="run.json is damaged.*restart=True"):
        read_record(tmp_path)


def test_a_stage_is_found_by_its_recipe_and_its_layers():
    recipe = json.loads(json.dumps(record().stages[0].recipe))
    assert record().find(recipe, "2 layers, abc") == 0
    assert record().find(recipe, "3 layers, abc") is None
    assert record().find(recipe | {"steps": 9}, "2 layers, abc") is None
    free = recipe | {"validation_images": 9, "stage": None}
    assert record().find(free, "2 layers, abc") == 0


def test_many_differences_are_counted(tmp_path):
    about = dict.fromkeys("abcdefghijkl", 1)
    with pytest.raises(ValueError, match="a is None there, 1 now; .*; and 5 more"):
        record().check(tmp_path, about)

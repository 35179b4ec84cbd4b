"""The page about the capstone: points and minutes add up, its code runs, its template is whole."""

import pathlib
import re
import shutil

import pytest
from teaching_pages import TEACHING, tables_of

from maskrcnn_explained.course.exercises.nb11_capstone import card_is_whole
from maskrcnn_explained.course.exercises.registry import find_exercise

TEXT = (TEACHING / "capstone.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_points_add_up():
    [[header, *rows]] = tables_of(PARTS["Rubric"])
    assert header[1:] == ["points", "0", "half", "all"] and all(map(all, rows))
    assert sum(int(row[1]) for row in rows) == int(re.search(r"(\d+) points\.", PARTS["Rubric"])[1])


def test_minutes_add_up():
    [[_, *rows]] = tables_of(PARTS["Grade one in ten minutes"])
    assert sum(int(row[0]) for row in rows) == 10


def test_the_exercise_is_still_that_one():
    assert find_exercise("11.6").name == "handed_in" and find_exercise("11.6").minutes == 240
    assert "120 to 400 words" in PARTS["What is handed in"]


def test_the_template_has_the_parts_that_the_check_asks_for():
    [template] = re.findall(r"```markdown\n(.*?)```", TEXT, re.DOTALL)
    assert card_is_whole(template.replace("0.00", "0.61"), 0.61)
    for part in ("Data", "Training", "Result", "Limits"):
        assert not card_is_whole(re.sub(part, "", template, flags=re.IGNORECASE), 0.0)


@pytest.mark.slow
def test_the_code_for_grading_opens_a_hand_in(here, trained, capsys):
    from maskrcnn_explained import Scenes, save_coco, save_weights

    for name, count in (("train", 3), ("test", 2)):
        save_coco(Scenes(name, count, sizes=96), here / name, trained.config.class_names)
        shutil.move(here / name / "annotations.json", here / f"{name}.json")
        shutil.copytree(here / name / "images", here / "photos", dirs_exist_ok=True)
    save_weights(trained, here / "weights.h5")
    [code] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, str(pathlib.Path("capstone.md")), "exec"), {})
    assert re.search(r"3 to learn from, 2 to measure on, with \d+ objects", capsys.readouterr().out)

"""The Python of the README as one program, and a folder with the files that it names.

    python tests/readme_program.py FOLDER      # then, with any Python: cd FOLDER; python readme.py

All snippets run as they stand, one after the other, but for that of JupyterHub, which is a settings
file. Training takes two steps, not 500.
"""

import json
import pathlib
import re
import sys

import numpy as np
from helpers import ROOT
from PIL import Image
from torch_files import saved
from torchvision_run import made_up_tensor, state_dict_shapes

BEFORE = """\
import importlib

from PIL import Image

import maskrcnn_explained as mrx

train_module = importlib.import_module("maskrcnn_explained.training.train")
train_module.FINE_TUNING = mrx.Recipe(steps=2, steps_per_epoch=2)
frames = iter(["a.jpg", Image.open("b.jpg")])
"""


def snippets() -> list[str]:
    """The README's blocks of Python that are programs."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return [code for code in found if not code.startswith("# jupyterhub_config.py")]


def write_photos(folder: pathlib.Path) -> None:
    """Photos with one bright rectangle each, and train.json and val.json that outline them."""
    (folder / "photos").mkdir(parents=True)
    for name, seed in (("train", 0), ("val", 3)):
        numbers = np.random.default_rng(seed)
        images, annotations = [], []
        for i in range(3):
            pixels = numbers.integers(0, 90, (120, 160, 3), dtype=np.uint8)
            pixels[30:80, 40 + i : 100] = (200, 40 + 20 * i, 60)
            file = f"{name}{i}.png"
            Image.fromarray(pixels).save(folder / "photos" / file)
            images.append({"id": i, "file_name": file, "height": 120, "width": 160})
            outline = [[40 + i, 30, 100, 30, 100, 80, 40 + i, 80]]
            box = [40 + i, 30, 60 - i, 50]
            one = {"id": i, "image_id": i, "category_id": 1, "segmentation": outline, "bbox": box}
            annotations.append({**one, "area": 50 * (60 - i), "iscrowd": 0})
        content = {"images": images, "annotations": annotations}
        content["categories"] = [{"id": 1, "name": "rectangle"}]
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def write_checkpoint(path: pathlib.Path, classes: int = 3) -> None:
    """A state dict as PyTorch saves one that was fine-tuned from COCO: made-up numbers."""
    heads = {91: classes, 364: 4 * classes}
    shapes = {
        key: [heads.get(side, side) for side in shape] for key, shape in state_dict_shapes().items()
    }
    in_norm = {key: f"{key.rpartition('.')[0]}.running_mean" in shapes for key in shapes}
    arrays = {
        key: made_up_tensor(key, shape, "readme", in_norm[key]) for key, shape in shapes.items()
    }
    path.write_bytes(saved(arrays))


def write_program(folder: pathlib.Path) -> pathlib.Path:
    """Write the program and its files into a new folder; returns the path of the program."""
    write_photos(folder)
    for name, size in (("a", (160, 120)), ("b", (120, 160)), ("strip", (1200, 200))):
        pixels = np.random.default_rng(len(name)).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.jpg")
    Image.open(folder / "photos" / "val0.png").save(folder / "photo.jpg")
    write_checkpoint(folder / "mine.pth")
    path = folder / "readme.py"
    path.write_text("\n".join([BEFORE, *snippets()]), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_program(pathlib.Path(sys.argv[1])))

"""Copy eight test images of the nuclei, which no training saw, to assets/nuclei_examples/.

    python scripts/make_nuclei_examples.py [--data FOLDER]

The rule: the 50 test images in the order of their number of nuclei (then of their name), every
sixth of them, from the fourth on. No model was asked. Images become grey (they have no colour), and
masks a label map each. The images are CC0 (BBBC038 of the Broad Bioimage Benchmark Collection; the
Data Science Bowl 2018, stage 1).
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

from maskrcnn_explained.data.examples.nuclei import fetch_nuclei, nuclei, nuclei_split

FOLDER = pathlib.Path(__file__).parent.parent / "assets" / "nuclei_examples"
FIRST, STEP = 3, 6


def chosen() -> list[str]:
    """The names of the images."""
    images = sorted(nuclei_split()["test"], key=lambda image: (image["nuclei"], image["id"]))
    return [image["id"] for image in images[FIRST::STEP]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="as of train_nuclei.py; default: downloaded")
    test = nuclei(parser.parse_args().data or fetch_nuclei(), "test")
    for place in ("images", "labels"):
        (FOLDER / place).mkdir(parents=True, exist_ok=True)
    for name in chosen():
        sample = test[test.names.index(name)]
        assert (sample.image == sample.image[..., :1]).all(), "a picture with colours"
        labels = (sample.masks * np.arange(1, len(sample) + 1)[:, None, None]).max(0)
        for place, pixels in (("images", sample.image[..., 0]), ("labels", labels)):
            picture = Image.fromarray(pixels.astype(np.uint8))
            picture.save(FOLDER / place / f"{name[:12]}.png", optimize=True)


if __name__ == "__main__":
    main()

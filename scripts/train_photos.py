"""Train the weights for everyday photographs: the whole recipe.

    make photos PHOTOS=FOLDER                         train, measure, write the card
    python scripts/train_photos.py --data FOLDER      train only

FOLDER holds photographs of COCO as `data/examples/photos.py` says. The backbone keeps its published
numbers while all else learns. If a run was killed, the same command continues it. The validation
photographs show the progress.
"""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable

import maskrcnn_explained as mrx
from maskrcnn_explained.data.augmentation import Augmentation
from maskrcnn_explained.data.copy_paste import CopyPaste, copied
from maskrcnn_explained.data.examples.photos import Photos
from maskrcnn_explained.training.callbacks import ValidationAP
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train
from maskrcnn_explained.weights.file import save_weights
from maskrcnn_explained.weights.pretrained import load_backbone

# 448 pixels are the side of the crops; whole photographs are 512 long at inference.
AUGMENT = Augmentation(flip=0.5, scale=(0.6, 1.6), crop=448, brightness=0.25, contrast=0.25)
# The backbone stays as it was published. Each try to let it learn as well made AP on the validation
# photographs lower: from 0.169 to 0.079 in 500 steps at a rate of 1.5e-4, to 0.154 at 2e-5.
RECIPE = Recipe(
    steps=4_000,
    batch_size=4,
    learning_rate=1e-3,
    stage="heads",
    steps_per_epoch=500,
    validation_images=0,
    seed=11,
)


def main() -> None:
    arguments = parse(__doc__)
    learn(arguments.data, arguments.folder)


def parse(text: str) -> argparse.Namespace:
    """The options; `make_photos_card.py` has the same ones."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="photographs and masks")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/photos"))
    return parser.parse_args()


def learn(data: pathlib.Path, folder: pathlib.Path) -> None:
    """Train the FPN, the RPN and the heads on top of the published backbone."""
    # A crop has its final size already: image_min_side is for whole photographs.
    model = mrx.build("photos", image_min_side=None)
    load_backbone(model)
    whole = mrx.build("photos")  # for validation: the same weights on whole photographs
    watch = ValidationAP(Photos(data, "validation"), whole)
    photos = Photos(data, "train")
    augment = augmentation(photos)
    train(model, photos, None, RECIPE, folder, augment, [watch], verbose=2)
    save_weights(model, folder / "photos.h5", "float16")


def augmentation(photos: Photos) -> Callable:
    """Objects of all photographs are pasted into each one, and then it is changed as a whole."""
    paste = CopyPaste(copied(photos.once()))

    def augment(sample, rng):
        return AUGMENT(paste(sample, rng), rng)

    return augment


if __name__ == "__main__":
    main()

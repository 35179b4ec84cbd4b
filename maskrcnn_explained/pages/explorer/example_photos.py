"""The photographs that an explorer opens with, pixel by pixel as Python has them."""

from __future__ import annotations

import dataclasses

import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.data.examples.everyday import EVERYDAY, everyday_sample
from maskrcnn_explained.data.image_files import read_image
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.pages.page import webp

# Of each model the photographs that suit it, the one to open with first. Scenes are those of the
# test part, by index; nuclei stand in assets/nuclei_examples.
EXAMPLES = {
    "scenes": ("coins", "scene 6", "scene 24", "scene 42"),
    "nuclei": ("nuclei 00071198d059", "nuclei 37ed50eea5a1", "nuclei 8bef203fce62", "coins"),
    "photos": ("chelsea", "astronaut", "coffee", "motorcycle"),
}
SHORT = {"chelsea": "cat"}  # where the button says another word than the name
TITLES = {
    "coins": "the photograph of coins",
    "chelsea": "the photograph of a cat",
    "astronaut": "the photograph of an astronaut",
    "coffee": "the photograph of a cup",
    "motorcycle": "the photograph of a motorcycle",
}


@dataclasses.dataclass(frozen=True)
class ExamplePhoto:
    """One photograph.

    name: a key; short: the word on its button; title: as in "1 object in the photograph of a cat";
    alt: what is seen; image: [H, W, 3] uint8.
    """

    name: str
    short: str
    title: str
    alt: str
    image: np.ndarray

    def facts(self) -> dict[str, str]:
        """The same fit for JSON, the image as a data URL: WebP without loss."""
        return dict(
            name=self.name, short=self.short, title=self.title, alt=self.alt, image=webp(self.image)
        )


def example_photos(model_name: str) -> list[ExamplePhoto]:
    """The photographs that suit a model, the one to open with first.

    Args:
        model_name: the name of its Config: "scenes", "nuclei" or "photos".

    Raises `ValueError` for another name.
    """
    if model_name not in EXAMPLES:
        known = ", ".join(EXAMPLES)
        raise ValueError(f"No photographs are chosen for {model_name!r}; there are: {known}.")
    return [_photo(name) for name in EXAMPLES[model_name]]


def _photo(name):
    kind, _, which = name.partition(" ")
    if kind == "scene":
        alt = "a scene of disks, rectangles, triangles and stars, drawn on a background"
        words = dict(name=f"scene{which}", short=name, title=f"test {name}", alt=alt)
        return ExamplePhoto(image=Scenes("test")[int(which)].image, **words)
    if kind == "nuclei":
        path = assets_folder() / "nuclei_examples" / "images" / f"{which}.png"
        alt = "nuclei of cells, bright on black"
        short = f"nuclei {EXAMPLES['nuclei'].index(name) + 1}"
        words = dict(name=which, short=short, title=f"the image {short}", alt=alt)
        return ExamplePhoto(image=read_image(path), **words)
    words = dict(name=name, short=SHORT.get(name, name), title=TITLES[name], alt=EVERYDAY[name])
    return ExamplePhoto(image=everyday_sample(name).image, **words)

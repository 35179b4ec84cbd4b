"""Outline the 24 coins of scikit-image's coins photograph by a classical method.

    python scripts/make_coins_truth.py [--check PICTURE.png]

Writes maskrcnn_explained/data/examples/coins_labels.png: 0 is background, 1..24 are the coins, row
by row. No model is involved: a watershed floods the edges of the photograph from pixels that are
certainly background or certainly coin, and each region is smoothed. `--check` also draws the
outlines over the photograph, enlarged three times, so that you can look at them.
"""

import argparse
import itertools
import os
import pathlib

import numpy as np
from scipy import ndimage
from skimage import data, filters, io, measure, morphology, segmentation, transform, util

PACKAGE = pathlib.Path(__file__).parent.parent / "maskrcnn_explained"
OUT = PACKAGE / "data" / "examples" / "coins_labels.png"
DARK = 30  # grey level: certainly background below
BRIGHT = 140  # grey level: certainly coin above
BITE = 6  # radius, pixels: narrower bites are filled
SPUR = 3  # radius, pixels: thinner spurs are cut off
SMALLEST = 400  # pixels; nothing smaller is a coin
ENLARGED = 3


def flood(photo: np.ndarray) -> np.ndarray:
    """Coins [H, W] bool: a watershed of the Sobel edges, holes filled."""
    markers = np.zeros(photo.shape, int)
    markers[photo < DARK] = 1
    markers[photo > BRIGHT] = 2
    regions = segmentation.watershed(filters.sobel(photo), markers)
    return ndimage.binary_fill_holes(regions == 2)


def smooth(coin: np.ndarray) -> np.ndarray:
    """One coin [H, W] bool with narrow bites filled and thin spurs cut off."""
    padded = np.pad(coin, BITE)  # so that closing also works at the edge of the photograph
    padded = ndimage.binary_closing(padded, morphology.disk(BITE))
    padded = ndimage.binary_opening(padded, morphology.disk(SPUR))
    return padded[BITE:-BITE, BITE:-BITE]


def label_coins(photo: np.ndarray) -> np.ndarray:
    """[H, W] uint8: 0 background, then the coins from left to right, row by row."""
    regions = measure.regionprops(measure.label(flood(photo)))
    regions = [region for region in regions if region.area >= SMALLEST]
    regions.sort(key=lambda region: region.centroid[0])
    rows = [sorted(regions[i : i + 6], key=lambda r: r.centroid[1]) for i in range(0, 24, 6)]
    labels = np.zeros(photo.shape, np.uint8)
    for number, region in enumerate(itertools.chain.from_iterable(rows), start=1):
        coin = np.zeros(photo.shape, bool)
        coin[tuple(region.coords.T)] = True
        labels[smooth(coin) & (labels == 0)] = number
    return labels


def draw(photo: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The enlarged photograph, with the outermost pixels of each coin in red."""
    size = [side * ENLARGED for side in photo.shape]
    picture = np.repeat(transform.resize(photo, size, order=1)[..., None], 3, 2)
    large = labels.repeat(ENLARGED, 0).repeat(ENLARGED, 1)
    picture[segmentation.find_boundaries(large, mode="inner")] = 1, 0, 0
    return util.img_as_ubyte(picture)


def main() -> None:
    parser = argparse.ArgumentParser(description="Outline the coins photograph's 24 coins.")
    parser.add_argument("--check", metavar="PICTURE.png", help="also draw the outlines there")
    arguments = parser.parse_args()
    photo = data.coins()
    labels = label_coins(photo)
    if labels.max() != 24:
        raise SystemExit(f"Found {labels.max()} coins, but there are 24; nothing was written.")
    temporary = OUT.with_suffix(".part.png")
    io.imsave(temporary, labels, check_contrast=False)
    os.replace(temporary, OUT)
    print(f"{OUT.name}: {labels.max()} coins, {np.bincount(labels.ravel())[1:]} pixels")
    if arguments.check:
        io.imsave(arguments.check, draw(photo, labels))


if __name__ == "__main__":
    main()

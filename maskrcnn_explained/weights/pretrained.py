"""Numbers of a backbone that has seen COCO, for models whose training begins.

They are those of NanoDet-g, a detector trained on the 118,000 photographs of COCO, without its
pyramid and its heads. So a fresh model with `backbone="csp"` begins with maps that tell things from
each other, and only the FPN, the RPN and the heads know nothing yet.
"""

from __future__ import annotations

from maskrcnn_explained._arguments import check_model
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.contents import StoredWeights, read_file
from maskrcnn_explained.stored.names import named_weights
from maskrcnn_explained.weights.published import shipped_folder

CSP_FILE = "csp_coco.h5"
CSP_SHA256 = "77ef57b12838be4e00ca4b4e25faffb4b12b41b5e49fbf5f0e67331de8f59480"
# The published maps have a standard deviation of about 0.1, and the FPN on top learned more slowly
# from such small numbers (AP 0.047 instead of 0.062 after 300 steps). A convolution, LeakyReLU and
# the maximum pass a positive factor on. So the file holds the first kernel and every bias
# multiplied by this, and all maps are, exactly, as many times larger.
FEATURE_SCALE = 8.0


def load_backbone(model: MaskRCNN) -> list[str]:
    """Put the published numbers into the backbone of a model; all other weights stay.

    Train with `Recipe(stage="heads")`, so that the backbone keeps them: at the usual learning rates
    it would forget what it knows (notebook 11).

    Args:
        model: a MaskRCNN whose `config.backbone` is "csp", with the widths of the preset `photos`;
            changed in place.

    Returns:
        The names of the 25 layers that got new numbers.

    Raises:
        FileNotFoundError: the file, which ships with the package, is not there.
        ValueError: it is damaged, or the model has another backbone. The model is not changed.
    """
    check_model(model)
    stored = read_file(shipped_folder() / CSP_FILE, CSP_SHA256)
    wanted = {
        name: variable for name, variable in named_weights(model).items() if name in stored.arrays
    }
    _check_backbone(model, wanted, stored)
    for name, variable in wanted.items():
        variable.assign(stored.arrays[name])
    return list(dict.fromkeys(name.rsplit("/", 1)[0] for name in wanted))


def _check_backbone(model, wanted, stored: StoredWeights):
    """Raise `ValueError` unless every array of the file has its place."""
    shapes = {name: tuple(variable.shape) for name, variable in wanted.items()}
    differ = [name for name, array in stored.arrays.items() if shapes.get(name) != array.shape]
    if differ:
        config = model.config
        raise ValueError(
            f"The numbers of {CSP_FILE} belong to the backbone of the preset 'photos' (backbone "
            f"'csp', widths 32, 64, 128, 256); this model has {config.backbone!r}, widths "
            f"{config.backbone_widths}, and no place for {differ[0]}."
        )

"""The backbone: a ResNet that turns the molded image into the feature maps C2, C3, C4, C5.

Layer names are the reference's (`conv1`, `res2a_branch2a`, `bn2a_branch2a`, ...). So its weights
load by name, and a reader of one implementation finds the way in the other.
"""

from __future__ import annotations

import string

import keras
from keras import layers

from maskrcnn_explained.config import BACKBONES, Config
from maskrcnn_explained.csp_backbone import csp_backbone, csp_windows
from maskrcnn_explained.layers import batch_norm
from maskrcnn_explained.own_backbone import own_maps


def build_backbone(image: keras.KerasTensor, config: Config) -> list[keras.KerasTensor]:
    """C2, C3, C4, C5 of a molded image, from the backbone that `config.backbone` names or is.

    Args:
        image: [B, Hm, Wm, 3] float32 Keras tensor, mean subtracted.
        config: depth, widths and batch norm; or a callable `backbone(image, config)` or a
            `keras.Model` (see `own_backbone.own_maps`).

    Returns:
        A list of four maps [B, Hm / s, Wm / s, C], s = 4, 8, 16, 32.

    Raises:
        ValueError: it did not return four maps of this image at these strides.
    """
    if callable(config.backbone):
        # A backbone of the user's own: later stages need four maps at known strides, no more.
        return own_maps(image, config)
    if config.backbone == "csp":
        return csp_backbone(image, config)
    return resnet(image, config)


def resnet(image: keras.KerasTensor, config: Config) -> list[keras.KerasTensor]:
    """ResNet with bottleneck blocks: the reference's `resnet_graph`.

    Shapes as in `build_backbone`; stage s has `backbone_blocks[s - 2]` blocks, and its maps have
    four times `backbone_widths[s - 2]` channels. The paper's ResNet-50 has blocks (3, 4, 6, 3).

    Source: He et al. 2016 (ResNet), table 1.
    """
    # The stem: one large convolution sees edges and colours.  [B, Hm / 2, Wm / 2, stem]
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = layers.Conv2D(config.backbone_stem, 7, strides=2, name="conv1")(x)
    x = batch_norm(x, config, "bn_conv1")
    x = layers.Activation("relu", name="conv1_relu")(x)
    # Max pooling keeps the strongest answer of each neighbourhood.  [B, Hm / 4, Wm / 4, stem]
    x, padding = _pad_strided(x, config, "pool1")
    x = layers.MaxPooling2D(3, strides=2, padding=padding, name="pool1")(x)
    maps = []
    sizes = zip(config.backbone_blocks, config.backbone_widths, strict=True)
    for stage, (blocks, width) in enumerate(sizes, start=2):
        for index in range(blocks):
            # The first block of a stage changes the shape: more channels, and from stage 3 on
            # half the side. Stage 2 keeps the side, for the pooling has just halved it.
            first = index == 0
            stride = 2 if first and stage > 2 else 1
            name = f"{stage}{block_letter(index)}"
            x = bottleneck(x, width, stride, first, config, name)
        # The last output of a stage is its map: C2, C3, C4, C5.  [B, Hm / s, Wm / s, 4 * width]
        maps.append(x)
    return maps


def block_letter(index: int) -> str:
    """a, b, .., z for the blocks of a stage (at most 26, and ResNet-101 needs 23)."""
    return string.ascii_lowercase[index]


def bottleneck(
    x: keras.KerasTensor, width: int, stride: int, project: bool, config: Config, name: str
) -> keras.KerasTensor:
    """One residual block: 1x1 down to `width`, 3x3, 1x1 up to 4 * width; plus a shortcut.

    The shortcut is the input itself, or a 1x1 convolution of it where the shape changes (the
    reference's `conv_block`, against its `identity_block`). The stride is on the first 1x1, as in
    the ResNet paper, or on the 3x3, as torchvision has it ("ResNet v1.5"): a strided 1x1 never
    reads three of four cells, a strided 3x3 reads all.

    Args:
        x: [B, h, w, C] Keras tensor.
        width: channels inside the block.
        stride: 1 or 2.
        project: whether the shortcut has a convolution.
        config: how batch norm runs, `bottleneck_stride`, `strided_padding`.
        name: stage and letter, such as "3b".

    Returns:
        [B, h / stride, w / stride, 4 * width].

    Source: He et al. 2016 (ResNet), figure 5, right.
    """
    early, late = (stride, 1) if config.bottleneck_stride == "1x1" else (1, stride)
    # 1x1: reduce the channels, so that the 3x3 has less work.  [B, h / early, w / early, width]
    y = layers.Conv2D(width, 1, strides=early, name=f"res{name}_branch2a")(x)
    y = batch_norm(y, config, f"bn{name}_branch2a")
    y = layers.Activation("relu", name=f"res{name}_branch2a_relu")(y)
    # 3x3: look at the neighbours; the only place in the block where cells meet.  [.., width]
    padding = "same"
    if late > 1:
        y, padding = _pad_strided(y, config, f"res{name}_branch2b")
    y = layers.Conv2D(width, 3, strides=late, padding=padding, name=f"res{name}_branch2b")(y)
    y = batch_norm(y, config, f"bn{name}_branch2b")
    y = layers.Activation("relu", name=f"res{name}_branch2b_relu")(y)
    # 1x1: restore the channels. No ReLU yet: the sum comes first.  [.., 4 * width]
    y = layers.Conv2D(4 * width, 1, name=f"res{name}_branch2c")(y)
    y = batch_norm(y, config, f"bn{name}_branch2c")
    # The shortcut: the input as it is, or projected to the new shape.
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * width, 1, strides=stride, name=f"res{name}_branch1")(x)
        shortcut = batch_norm(shortcut, config, f"bn{name}_branch1")
    # So the branch need only learn the residual: what to add to the input.
    y = layers.Add(name=f"res{name}_add")([y, shortcut])
    return layers.Activation("relu", name=f"res{name}_out")(y)


def _pad_strided(x, config, name):
    """The input of a 3x3 window of stride 2, and the padding that is left to its layer.

    The side is even, so windows need one more row and column: after the map, which is Keras'
    "same"; or before it, where torchvision pads on both sides and the last row stays unused.
    All inputs come from a ReLU, so zeros are as good as minus infinity for the maximum.
    """
    if config.strided_padding == "after":
        return x, "same"
    return layers.ZeroPadding2D(1, name=f"{name}_pad")(x), "valid"


def receptive_fields(config: Config) -> dict[str, tuple[int, int, float]]:
    """The most that one cell of C2..C5 can see, from kernels, strides and padding alone.

    Cell (r, c) of a map depends on no pixel outside the square of side `size` whose centre is
    (first + r * stride, first + c * stride). A strided 1x1 keeps the upper left one of four
    cells, so the centres do not move to the middle of the cells that grow around them. A strided
    3x3 sees one cell before that one and one after.

    Args:
        config: gives `backbone`, "resnet" or "csp", `backbone_blocks`, and where the strides and
            padding of the ResNet are.

    Returns:
        "C2".."C5" -> (size, stride, first), pixels of the molded image.

    Raises `ValueError` for a backbone of the user's own, whose layers are not known.

    Source: Araujo et al. 2019, "Computing receptive fields of convolutional neural networks".
    """
    if config.backbone not in BACKBONES:
        raise ValueError(
            f"Receptive fields are known for Config.backbone {' and '.join(map(repr, BACKBONES))}; "
            f"this one is {config.backbone!r}."
        )
    stages = csp_windows(config) if config.backbone == "csp" else resnet_windows(config)
    # Before any layer: a pixel sees itself, and its centre is at one half.
    size, stride, first = 1, 1, 0.5
    fields = {}
    for stage, windows in enumerate(stages, start=2):
        for kernel, step, before in windows:
            # A kernel reaches (kernel - 1) cells further, and a cell is `stride` pixels by now.
            size += (kernel - 1) * stride
            first += ((kernel - 1) / 2 - before) * stride
            stride *= step
        fields[f"C{stage}"] = size, stride, first
    return fields


def resnet_windows(config: Config) -> list[list[tuple[int, int, int]]]:
    """The windows on the longest way through stages 2 to 5, the stem's in the first of them.

    Each is (kernel, stride, padding before), as `receptive_fields` counts them.
    """
    strided = (3, 2, 0 if config.strided_padding == "after" else 1)
    windows = [(7, 2, 3), strided]  # conv1, pool1
    stages = []
    for stage, blocks in enumerate(config.backbone_blocks, start=2):
        # A stage: one 3x3 per block; a 1x1 adds nothing, except that from stage 3 on the first
        # block halves the side, in its 1x1 or in its 3x3.
        windows += [(3, 1, 1)] * blocks
        if stage > 2 and config.bottleneck_stride == "1x1":
            windows = [(1, 2, 0), *windows]
        elif stage > 2:
            windows[0] = strided
        stages.append(windows)
        windows = []
    return stages

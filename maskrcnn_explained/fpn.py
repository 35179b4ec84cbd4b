"""The feature pyramid network: P2..P6, all of one depth, from C2..C5.

Top-down: start at the coarse map, which knows what is there, and carry that down to the fine maps,
which know where it is.
"""

from __future__ import annotations

import keras
from keras import layers

from maskrcnn_explained.config import Config


def build_fpn(maps: list[keras.KerasTensor], config: Config) -> list[keras.KerasTensor]:
    """The pyramid of a list of feature maps.

    P5' = 1x1(C5); P4' = 1x1(C4) + up(P5'); and so on down to P2'. A 3x3 convolution on each sum
    gives P5..P2, and P6 is every second cell of P5.

    Args:
        maps: C2, C3, C4, C5: [B, h, w, C] Keras tensors at strides 4, 8, 16, 32.
        config: gives `fpn_depth`.

    Returns:
        A list P2, P3, P4, P5, P6: [B, h, w, fpn_depth] at strides 4, 8, 16, 32, 64.

    Source: Lin et al. 2017 (FPN), section 3; the reference's `MaskRCNN.build`.
    """
    depth = config.fpn_depth
    c2, c3, c4, c5 = maps
    # The top: a 1x1 convolution brings C5 to the common depth.  [B, Hm / 32, Wm / 32, depth]
    top_down = {5: layers.Conv2D(depth, 1, name="fpn_c5p5")(c5)}
    for level, feature_map in ((4, c4), (3, c3), (2, c2)):
        # The top-down path: each cell becomes 2 x 2 equal cells.
        up = layers.UpSampling2D(2, name=f"fpn_p{level + 1}upsampled")(top_down[level + 1])
        # The lateral connection: the backbone's map of this size, at the common depth.
        lateral = layers.Conv2D(depth, 1, name=f"fpn_c{level}p{level}")(feature_map)
        # Their sum knows both what and where.  [B, Hm / s, Wm / s, depth]
        top_down[level] = layers.Add(name=f"fpn_p{level}add")([up, lateral])
    # A 3x3 convolution on each sum smooths the steps that upsampling left.
    pyramid = [
        layers.Conv2D(depth, 3, padding="same", name=f"fpn_p{level}")(top_down[level])
        for level in (2, 3, 4, 5)
    ]
    # One more level for the largest anchors: every second cell of P5.  [B, Hm / 64, Wm / 64, depth]
    p6 = layers.MaxPooling2D(1, strides=2, name="fpn_p6")(pyramid[-1])
    return [*pyramid, p6]

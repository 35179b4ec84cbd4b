"""The exercises of notebook 01: shapes, a convolution, a block, what a cell sees, frozen norm."""

from __future__ import annotations

from maskrcnn_explained import backbone, layers
from maskrcnn_explained.course.exercises import nb01_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.map_tools import conv_map
from maskrcnn_explained.course.exercises.nb01_answers import WRONG_01
from maskrcnn_explained.data.resizing import molded_side

EXERCISES_01 = (
    Exercise(
        key="01.1",
        name="c4_shape",
        kind=COMPUTE,
        difficulty=1,
        importance=3,
        minutes=5,
        asks="Rows, columns and channels of C4 for a photograph of 1600 x 900 pixels.",
        right=cases.c4_shape,
        source=molded_side,
        wrong=WRONG_01["01.1"],
        hints=(
            "Two steps: first the size of the molded image, then the size of the map.",
            "The longer side becomes Config.image_max_side = 512, the other one shrinks as much. "
            "Then each side goes up to a multiple of 64.",
            "C4 has stride 16, and 4 * Config.backbone_widths[2] channels.",
        ),
    ),
    Exercise(
        key="01.2",
        name="conv_at",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="One cell of a convolution with stride 1 and zeros around the map: one number per "
        "output channel.",
        arguments=("feature_map", "kernel", "bias", "row", "column"),
        right=cases.conv_cell,
        source=conv_map,
        tolerance=1e-3,
        cases=(
            Case("by hand", cases.cell_by_hand),
            Case("random", cases.cell_random),
            Case("res2a_branch2b of the coins", cases.cell_coins),
        ),
        wrong=WRONG_01["01.2"],
        hints=(
            "Pad the map with zeros first: np.pad. How far does the padding move the cell?",
            "Cut out the patch around the cell, as large as the kernel: [k, k, C].",
            "patch[..., None] * kernel has the shape [k, k, C, D]. Sum over the first three axes "
            "and add the bias.",
        ),
    ),
    Exercise(
        key="01.3",
        name="residual_block",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="A bottleneck block whose shortcut is its input; batch norm is folded away.",
        arguments=("x", "down", "middle", "up"),
        right=cases.residual_block,
        source=backbone.bottleneck,
        tolerance=1e-3,
        cases=(
            Case("by hand", cases.block_by_hand),
            Case("random", cases.block_random),
            Case("block 3b of the coins", cases.block_coins),
        ),
        wrong=WRONG_01["01.3"],
        hints=(
            "Three calls of conv_map, one after the other, and one sum.",
            "Where are the ReLUs? After the first convolution, after the second, and at the very "
            "end.",
            "The third convolution has no ReLU of its own: add x to it, then np.maximum(sum, 0).",
        ),
    ),
    Exercise(
        key="01.4",
        name="field_sides",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=20,
        asks="Sides in pixels of what one cell of C2, C3, C4 and C5 can see, from the number of "
        "blocks per stage.",
        arguments=("blocks",),
        right=cases.field_sides,
        source=backbone.receptive_fields,
        cases=(
            Case("by hand", lambda: ((2, 2, 2, 2),)),
            Case("random", lambda: ((1, 3, 2, 5),)),
            Case("ResNet-101", lambda: ((3, 4, 23, 3),)),
        ),
        wrong=WRONG_01["01.4"],
        hints=(
            "Go through the layers with two numbers, size and stride, as section 3 does. Only "
            "layers that look at neighbours or have a stride count.",
            "Before stage 2: (kernel 7, stride 2) and (kernel 3, stride 2). A block: one kernel of "
            "3.",
            "At the beginning of stages 3, 4 and 5 double the stride. At the end of each stage "
            "note the size.",
        ),
    ),
    Exercise(
        key="01.5",
        name="frozen_norm",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: a batch norm with frozen statistics, in a model in training.",
        arguments=("x", "gamma", "beta", "mean", "variance"),
        right=cases.frozen_norm,
        source=layers.FrozenBatchNorm,
        tolerance=1e-3,
        cases=(
            Case("by hand", cases.norm_by_hand),
            Case("random", cases.norm_random),
            Case("bn3b_branch2b of the coins", cases.norm_coins),
        ),
        wrong=WRONG_01["01.5"],
        hints=(
            "Compute the mean of each channel of the result. What would it be if the stored "
            "statistics were used?",
            "A model that is called with training=True hands that down to its layers. What becomes "
            "of the layer's own training=False?",
            "mrx.layers.FrozenBatchNorm is a layer that does not listen. The formula of section 2 "
            "in NumPy does as well.",
        ),
    ),
    Exercise(
        key="01.6",
        name="moved",
        kind=PREDICT,
        difficulty=1,
        importance=3,
        minutes=5,
        asks="How many numbers of a batch norm of 192 channels does a training step change: "
        "trained, frozen as here, frozen as in torchvision? Three numbers.",
        right=cases.moved_numbers,
        source=layers.norm_layer,
        wrong=WRONG_01["01.6"],
        hints=(
            "A batch norm has four vectors. Two are learned by the optimizer, two are statistics "
            "that the forward pass moves.",
            "Frozen as here: the statistics stay. Frozen as in torchvision: all four stay.",
        ),
    ),
)

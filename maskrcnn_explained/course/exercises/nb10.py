"""The exercises of notebook 10: folding, names, and what a file does not say."""

from __future__ import annotations

from maskrcnn_explained.course.exercises import nb10_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    COMPUTE,
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb10_answers import WRONG_10
from maskrcnn_explained.weights import folding, layer_table

EXERCISES_10 = (
    Exercise(
        key="10.1",
        name="fold_norm",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=20,
        asks="Kernel and bias of a convolution that does the work of its batch norm, too.",
        arguments=("kernel", "bias", "gamma", "beta", "mean", "variance", "epsilon"),
        right=folding.fold,
        source=folding.fold,
        tolerance=1e-5,
        cases=(
            Case("by hand", cases.fold_small),
            Case("random", cases.fold_random),
            Case("res2a_branch2a of scenes", cases.fold_scenes),
        ),
        wrong=WRONG_10["10.1"],
        hints=(
            "Write batch norm as x * scale + shift, with one scale and one shift per channel.",
            "x is the output of the convolution, a sum with a kernel, and a bias. Multiply it out.",
            "scale = gamma / sqrt(variance + epsilon). The kernel is multiplied by it, and the new "
            "bias is (bias - mean) * scale + beta.",
        ),
    ),
    Exercise(
        key="10.2",
        name="match_by_name",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="Which array of the file goes to each array of the model, and what is left over.",
        arguments=("model_names", "file_names"),
        right=cases.rows_by_name,
        source=cases.rows_by_name,
        cases=(
            Case("by hand", cases.names_small),
            Case("random", cases.names_random),
            Case("scenes from COCO's file", cases.names_coco),
        ),
        wrong=WRONG_10["10.2"],
        hints=(
            "Make a dict first: name in the file -> its row.",
            "The dict's get takes what it shall give if there is no such name: -1.",
            "Left over are the rows of the file that do not stand in the first part, in ascending "
            "order.",
        ),
    ),
    Exercise(
        key="10.3",
        name="first_difference",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="The number of the first pair of tensors that differ by more than the tolerance.",
        arguments=("ours", "theirs", "tolerance"),
        right=cases.first_differing,
        source=cases.first_differing,
        cases=(
            Case("by hand", cases.tensors_small),
            Case("random", cases.tensors_random),
            Case("the coins with another pooling", cases.tensors_coins),
        ),
        wrong=WRONG_10["10.3"],
        hints=(
            "Two tensors differ if one number of them does. Go through the pairs in their order.",
            "np.abs(one - other).max() is the largest difference of a pair. Return at the first "
            "that is above the tolerance.",
            "If no pair differs, return -1.",
        ),
    ),
    Exercise(
        key="10.4",
        name="shares",
        kind=COMPUTE,
        difficulty=2,
        importance=2,
        minutes=10,
        asks="The shares of mrcnn_class_conv1 in all weights and in all work, in per cent.",
        right=cases.layer_shares,
        source=layer_table.layer_rows,
        tolerance=0.1,
        wrong=WRONG_10["10.4"],
        hints=(
            "Its kernel covers a whole pooled RoI: 7 x 7 cells, 64 channels in, 256 out.",
            "Each number of the kernel is used once per proposal, for it fits its map at one place "
            "only.",
            "Weights: 7 * 7 * 64 * 256 and 256 biases. Work: 7 * 7 * 64 * 256 * 1000. Divide by "
            "the sums, times 100.",
        ),
    ),
    Exercise(
        key="10.5",
        name="kernel_from_torch",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: torchvision's first kernel [out, 3, kh, kw] becomes ours.",
        arguments=("kernel",),
        right=cases.torch_kernel,
        source=cases.torch_kernel_by_hand,
        tolerance=1e-5,
        cases=(
            Case("by hand", cases.torch_small),
            Case("random", cases.torch_random),
            Case("conv1 of scenes", cases.torch_scenes),
        ),
        wrong=WRONG_10["10.5"],
        hints=(
            "The shape of the result is right, and yet it is wrong. A square kernel hides it.",
            "Give it a kernel of 2 x 3 cells. Which shape should come out, and which does?",
            "Height stays before width: the axes of the result are 2, 3, 1, 0 of the kernel's.",
        ),
    ),
    Exercise(
        key="10.6",
        name="first_stage",
        kind=PREDICT,
        difficulty=1,
        importance=2,
        minutes=5,
        asks="The number, 2 to 5, of the first of C2 to C5 that changes with the stride's place.",
        right=cases.first_strided_stage,
        source=cases.first_strided_stage,
        wrong=WRONG_10["10.6"],
        hints=(
            "Only a block with a stride can change. Which stages have one?",
            "C2 is as large as the map that enters stage 2; C3 has half its sides.",
        ),
    ),
)

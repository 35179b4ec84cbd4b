"""The quiz of notebook 10: where weights are, how they are loaded, and what files do not say."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q10_numbers import numbers_10
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_WORK = Question(
    topic="A larger image",
    text="The molded image is made twice as high and twice as wide. What happens to the model?",
    choices=(
        wrong(
            "Every stage does {backbone_times:.0f} times the work.",
            "So it is with the stages that pass over maps. The heads work once per RoI, and their "
            "number does not follow the size of the image.",
        ),
        wrong(
            "It has {backbone_times:.0f} times the weights.",
            "It has {all_weights:,} for any image. A kernel is used at more places; it does not "
            "grow.",
        ),
        wrong(
            "The backbone does twice the work, and the rest as much as before.",
            "Twice as high and twice as wide: there are {backbone_times:.0f} times as many cells. "
            "And FPN and RPN pass over maps, too.",
        ),
        right(
            "The backbone does {backbone_times:.0f} times the work, the mask head as much as "
            "before.",
            "The maps have so many more cells. But the mask head always works on the same number "
            "of RoIs, each pooled to the same size: its work is multiplied by "
            "{mask_head_times:.0f}.",
        ),
    ),
)
_SILENT = Question(
    topic="A loader that says nothing",
    text="A loader looks up each array of the model in a file, by its name. It says nothing of "
    "what it does not find. The file lacks one layer of the backbone. What happens?",
    choices=(
        wrong(
            "Loading stops, and says which layer is missing.",
            "A good loader does so, and ours does, before it changes the first array. But this one "
            "says nothing.",
        ),
        wrong(
            "The layer takes the next array that has the right shape.",
            "That would be loading by order. By name there is no next one: a name is there, or it "
            "is not.",
        ),
        wrong(
            "The layer is zero, so the model finds nothing.",
            "A layer that was not loaded is as it was made, and kernels are made at random.",
        ),
        right(
            "The layer keeps its fresh random numbers, and the model finds nonsense.",
            "What is not found is not loaded. All later layers read noise, and with another seed "
            "it is another noise.",
        ),
    ),
)
_HEADS = Question(
    topic="Other classes",
    kind=SEVERAL_RIGHT,
    text="A file knows {file_classes} classes with background, your model has {own_classes}. Which "
    "of these layers do not fit?",
    choices=(
        right(
            "`{class_layer}`",
            "It has one output per class: {class_outputs} in the file, {own_classes} in your "
            "model.",
        ),
        wrong(
            "`{objectness_layer}`",
            "It says of each anchor whether there is an object, never which. It has "
            "{objectness_outputs} outputs, for any classes.",
        ),
        wrong(
            "`{pooled_layer}`",
            "It makes {pooled_outputs} features of a RoI, for any classes. Only what comes after "
            "it names them.",
        ),
        right(
            "`{mask_layer}`",
            "There is one mask per class: {mask_outputs} in the file. With the deltas of each "
            "class, these layers are {fresh_share:.1%} of all weights. The rest can be used again.",
        ),
    ),
)
_AXES = Question(
    topic="Another order of axes",
    text="PyTorch stores a kernel as outputs, inputs, height, width. One of them has the shape "
    "{torch_shape}. Which shape has it in Keras?",
    choices=(
        right(
            "{keras_shape}",
            "Keras wants height, width, inputs, outputs. Height stays before width.",
        ),
        wrong(
            "{sides_exchanged}",
            "You turned all axes round. So height and width are exchanged, which a square kernel "
            "would have hidden.",
        ),
        wrong(
            "{channels_exchanged}",
            "Height and width are at the right place. But in Keras the outputs come last.",
        ),
    ),
)
_STRIDE = Question(
    topic="Shapes that fit",
    text="In each block of the backbone that halves its map, somebody gives the stride to the 3x3 "
    "convolution instead of the 1x1 convolution before it. Then the shipped weights are loaded. "
    "What happens?",
    choices=(
        wrong(
            "Loading stops, for the shapes of the kernels differ.",
            "A kernel does not know its stride: the shapes are the same, and so are all names.",
        ),
        wrong(
            "Nothing changes: the same kernels give the same maps.",
            "They are laid on other pixels. The strided layer now reads cells that the other one "
            "had left out.",
        ),
        wrong(
            "The model works as well as before, for training made it robust.",
            "Training on many scenes helps with other scenes. It does not help with other maps: "
            "no layer ever saw what the changed blocks give.",
        ),
        right(
            "It loads, says nothing, and finds fewer objects.",
            "It finds {found_strided:.0f}% of the objects instead of {found_unchanged:.0f}%. "
            "Shapes that fit are no proof that a file belongs to a model.",
        ),
    ),
)
_BIASES = Question(
    topic="Biases of zero",
    asks=(15,),
    text="In `scenes` {flagged} of {all_arrays} arrays are flagged: biases that are all but zero, "
    "each of a layer with a batch norm after it. Is something wrong?",
    choices=(
        wrong(
            "Yes: such a layer is dead.",
            "A layer is dead if its kernel is zero. A bias is only added to what the kernel makes.",
        ),
        wrong(
            "No: weight decay has pulled them to zero.",
            "Weight decay spares biases here. And it would pull at all of them alike, not just at "
            "those before a batch norm.",
        ),
        wrong(
            "No: the statistics of batch norm were frozen, so that biases could not learn.",
            "It is the other way round. Where statistics are frozen they do not follow a bias, so "
            "there it counts, and learns.",
        ),
        right(
            "No: batch norm subtracts the mean of the batch, and any bias with it.",
            "So the loss does not depend on such a bias, and it gets no gradient. It may stay "
            "where it began.",
        ),
    ),
)
_FOLDED = Question(
    topic="Folding a batch norm",
    kind=TYPED_NUMBER,
    tolerance=0.2,
    otherwise="Batch norm subtracts its mean, divides by the root, multiplies by gamma, and adds "
    "beta. Do this to the bias.",
    text="A convolution has a bias of {norm_bias:g}. The batch norm after it has the mean "
    "{norm_mean:g}, gamma {norm_gamma:g} and beta {norm_beta:g}; the root of its variance and "
    "epsilon is {norm_root:g}. Both become one convolution. Which bias does it get?",
    choices=(
        right(
            "{folded:g}",
            "The mean is subtracted, gamma over the root multiplies what is left, and beta is "
            "added.",
        ),
        wrong(
            "{folded_as_it_is:g}",
            "You scaled the mean alone. Batch norm scales the whole output of the convolution, "
            "and the bias is a part of it.",
        ),
        wrong(
            "{folded_no_mean:g}",
            "The mean is missing. Batch norm subtracts it before it scales.",
        ),
        wrong(
            "{folded_no_root:g}",
            "You divided by the variance. It is divided by its root.",
        ),
    ),
)
_LOGITS = Question(
    topic="One logit or a pair",
    asks=(4,),
    text="torchvision's RPN has one logit per anchor and a sigmoid. Ours has a pair, background "
    "and object, and a softmax. One anchor has {one_logit} there. Which pair gives the same "
    "probability of an object?",
    choices=(
        wrong(
            "{mirrored:g} and {one_logit}",
            "Only the difference of a pair counts, and here it is twice the logit: a probability "
            "of {mirrored_probability:.2f} instead of {one_probability:.2f}.",
        ),
        wrong(
            "{rest:g} and {one_logit}",
            "Probabilities add up to one; logits need not. This gives {rest_probability:.2f} "
            "instead of {one_probability:.2f}.",
        ),
        right(
            "{zero:g} and {one_logit}",
            "With zero for the background, softmax is the sigmoid of the other: both give "
            "{zero_probability:.2f}.",
        ),
    ),
)

QUIZ_10 = Quiz(
    "10",
    (_WORK, _SILENT, _HEADS, _AXES, _STRIDE, _BIASES, _FOLDED, _LOGITS),
    numbers_10,
)

"""The quiz of notebook 05: classes, boxes and masks of RoIs."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q05_numbers import numbers_05
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_WHY_BOXES_ARE_REFINED_AGAIN = Question(
    topic="Why boxes are refined again",
    asks=(1,),
    text="The RPN has moved each anchor already. Why does the box head move the box once more?",
    choices=(
        wrong(
            "The RPN's deltas are divided by a std, and the rest must be made up for",
            "The std is only a unit. It is multiplied in again when the RPN's deltas are used, so "
            "nothing is left to make up for.",
        ),
        wrong(
            "NMS changes the boxes in between",
            "NMS chooses boxes and changes none of them.",
        ),
        right(
            "The box head sees the whole RoI and knows the class; the RPN saw one small "
            "neighbourhood",
            "For {poor} of the {found} coins the RoI and the final box have an IoU below {limit}; "
            "the lowest is {lowest:.2f}. The second look mends that.",
        ),
        wrong(
            "Boxes must be brought from the molded image to the photograph",
            "That is done last of all, by the window. Both refinements happen in pixels of the "
            "molded image.",
        ),
    ),
)

_A_DELTA_IN_PIXELS = Question(
    topic="A delta in pixels",
    asks=(1,),
    kind=TYPED_NUMBER,
    tolerance=0.2,
    otherwise="Multiply dy by its std. What you get is a share of one side of the RoI: which one?",
    text="The box head says dy = {dy} for a RoI that is {high} pixels high and {wide} wide; the "
    "std of dy is {std}. By how many pixels does the centre move down?",
    choices=(
        right(
            "{shift:.1f}",
            "{dy} times the std is a share of the height: the centre moves by {shift:.1f} pixels.",
        ),
        wrong(
            "{no_std:.1f}",
            "You left out the std. The head's numbers are in a unit of their own, and are "
            "multiplied by the std first.",
        ),
        wrong(
            "{of_width:.1f}",
            "You took a share of the width. dy is in units of the height, dx of the width; a "
            "square box hides the difference.",
        ),
    ),
)

_MASKS_OF_SEVERAL_CLASSES = Question(
    topic="Masks of several classes",
    asks=(10,),
    text="At one place of a coin's small masks, the values of the classes without background sum "
    "to {largest_sum:.2f}. Is something wrong?",
    choices=(
        wrong(
            "Yes: probabilities of classes must sum to one",
            "They would with a softmax, as the class scores of a RoI do. The masks have a sigmoid "
            "each, so each place is asked once per class.",
        ),
        right(
            "No: each class has a mask of its own, which answers yes or no by itself",
            '"Which pixels, if it is a disk?" is one question, "if it is a star?" another. '
            "Only the mask of the true class was graded in training, so nobody kept the others "
            "low.",
        ),
        wrong(
            "Yes: the pixel belongs to several objects",
            "One detection is one object. Of the masks of {classes} classes one is kept: that of "
            "the class that the box head chose.",
        ),
        wrong(
            "No: each value counts how many bins overlap there",
            "Nothing is counted. Each value is a probability in itself, and the sum of them means "
            "nothing.",
        ),
    ),
)

_WHEN_THE_MASK_HEAD_WORKS = Question(
    topic="When the mask head works",
    asks=(11,),
    text="In training the mask head works beside the box head. Why does it come after it at "
    "inference?",
    choices=(
        wrong(
            "At inference there is no memory for both heads",
            "Memory is needed most in training. The order is chosen for the quality of masks, and "
            "for less work.",
        ),
        right(
            "The mask is then painted in the final box, and only for boxes that are kept",
            "There are {proposals} proposals of the coins and {found} detections. And of one "
            "coin's final box {outside:.0%} lies outside its proposal: no mask painted there "
            "could reach it.",
        ),
        wrong(
            "In training the mask head needs the class that the box head says, and at inference "
            "not",
            "It is the other way round. In training the true class is known; at inference the box "
            "head has to say which mask is kept.",
        ),
    ),
)

_WHAT_A_SMALL_MASK_LOSES = Question(
    topic="What a small mask loses",
    asks=(12,),
    text="The mask of a star of {star_side} pixels is shrunk to {small_side} x {small_side} "
    "values in its box, and stretched again. What is lost?",
    choices=(
        right(
            "What is finer than a cell, such as the tips",
            "The IoU with the true mask is {star_iou:.2f}; for a disk, which has no tips, it is "
            "{disk_iou:.2f}. With {fine_side} x {fine_side} values the star has "
            "{star_fine_iou:.2f}.",
        ),
        wrong(
            "Where the star was in the image",
            "The mask is relative to its box, and the box says where it is, in fractions of a "
            "pixel.",
        ),
        wrong(
            "Nothing, since stretching is bilinear",
            "Bilinear reading makes smooth values between the cells. It cannot bring back what "
            "one cell has averaged: the IoU is {star_iou:.2f}.",
        ),
        wrong(
            "A lot, and for small objects even more",
            "It is the other way round. A star of {tiny_side} pixels has cells smaller than a "
            "pixel, and comes back with an IoU of {tiny_iou:.2f}.",
        ),
    ),
)

_A_MASK_WITH_A_STRAIGHT_EDGE = Question(
    topic="A mask with a straight edge",
    asks=(19,),
    text="A mask ends in a straight vertical edge in the middle of its object, of which nothing "
    "is hidden. What has happened?",
    choices=(
        wrong(
            "The mask head was unsure there",
            "Then the edge would be ragged or soft. A straight edge along an axis is the side of "
            "a box.",
        ),
        wrong(
            "The image was padded, and the padding was cut off",
            "Padding lies around the whole image. What is cut here lies inside it.",
        ),
        right(
            "The box is too small: nothing is written beyond it",
            "`paste_masks` stretches the small mask over the box and nowhere else. Better masks "
            "come from better boxes.",
        ),
    ),
)

_THE_HEAD_WITH_MORE_WEIGHTS = Question(
    topic="The head with more weights",
    text="The box head reads {box_grid} bins per RoI, the mask head {mask_grid}. Which of them "
    "has more weights?",
    choices=(
        wrong(
            "The mask head, since its grid is larger",
            "Its convolutions use the same weights at all places, so the grid does not count: its "
            "largest layer has {mask_layer:,} weights.",
        ),
        right(
            "The box head, since its first layer has a weight for each number of the grid and "
            "each unit",
            "That layer alone has {first_layer:,} weights. A layer of the mask head has "
            "{mask_layer:,} at most, for all places together.",
        ),
        wrong(
            "Both have the same, since they read the same levels",
            "They read the same pyramid, but do other work: {first_layer:,} weights in the "
            "largest layer of one, {mask_layer:,} in that of the other.",
        ),
    ),
)

_A_ROI_WITH_NOTHING_IN_IT = Question(
    topic="A RoI with nothing in it",
    asks=(20,),
    text="Most of the {proposals} proposals of the coins hold no coin, or only a part of one. "
    "What does the box head say of such a RoI?",
    choices=(
        wrong(
            "All its probabilities are low, so that a threshold can drop it",
            "A softmax has no way to say so: its {all_classes} numbers always sum to one. "
            "Something must be high.",
        ),
        wrong(
            "Nothing: the RPN has dropped such boxes before",
            "The RPN drops by rank and overlap, not by a threshold, so useless boxes come "
            "through. The box head has to sort them out.",
        ),
        right(
            "Background, which is one of its {all_classes} classes",
            "It has the highest probability in {background} of these proposals. No detection ever "
            "has this class.",
        ),
        wrong(
            "The class whose deltas move it to a coin",
            "A box far from any object has seen none. The deltas of a RoI of background are never "
            "trained.",
        ),
    ),
)

QUIZ_05 = Quiz(
    "05",
    (
        _WHY_BOXES_ARE_REFINED_AGAIN,
        _A_DELTA_IN_PIXELS,
        _MASKS_OF_SEVERAL_CLASSES,
        _WHEN_THE_MASK_HEAD_WORKS,
        _WHAT_A_SMALL_MASK_LOSES,
        _A_MASK_WITH_A_STRAIGHT_EDGE,
        _THE_HEAD_WITH_MORE_WEIGHTS,
        _A_ROI_WITH_NOTHING_IN_IT,
    ),
    numbers_05,
)

"""The quiz of notebook 03: anchors, objectness, deltas, NMS and proposals."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q03_numbers import numbers_03
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_ANCHORS_OR_PROPOSALS = Question(
    topic="Anchors or proposals",
    asks=(6,),
    text="You run the model on another photo of the same size. What stays the same?",
    choices=(
        wrong(
            "The proposals",
            "They look like a fixed list, since there is room for the same number each time. But "
            "each is an anchor that this image has moved, and that its scores have chosen.",
        ),
        right(
            "The anchors",
            "They follow from the size of the image and from the `Config`: {anchors:,} boxes for "
            "a photo molded to {molded} pixels, whatever it shows.",
        ),
        wrong(
            "The objectness of each anchor",
            "The weights that compute it stay the same. What they are given are the maps of this "
            "image, so each image has its own scores.",
        ),
        wrong(
            "Nothing: all of it is computed from the image",
            "One thing is computed without looking at a pixel: the anchors. They are there before "
            "the image is.",
        ),
    ),
)

_SIDES_OF_AN_ANCHOR = Question(
    topic="Sides of an anchor",
    kind=TYPED_NUMBER,
    tolerance=0.2,
    otherwise="Height times width is the scale squared, and width over height is the ratio. Solve "
    "these for the width.",
    text="An anchor has scale {scale} and ratio {ratio}. How wide is it, in pixels? (One decimal "
    "is enough.)",
    choices=(
        right(
            "{width:.1f}",
            "The area stays {scale} x {scale}, and the width is {ratio} times the height: "
            "{height:.1f} high, {width:.1f} wide.",
        ),
        wrong(
            "{exchanged:.1f}",
            "This is its height. The ratio is width over height, so above one the anchor is wider "
            "than high.",
        ),
        wrong(
            "{no_root:.1f}",
            "You multiplied by the ratio itself. Then the area would grow with the ratio. It is "
            "the square root of it that stretches the width and shrinks the height.",
        ),
    ),
)

_SCALES_AND_RATIOS = Question(
    topic="Scales and ratios",
    asks=(5,),
    text="Why has a cell {ratios} anchors, and not one for each scale and ratio, {every_scale} of "
    "them?",
    choices=(
        wrong(
            "One scale is enough: the deltas stretch an anchor to any size",
            "Deltas do stretch, but an anchor must overlap its object well to be taught it at "
            "all. The scales from {finest} to {coarsest} pixels are all needed.",
        ),
        right(
            "The scales stand along the levels: each level has one of its own",
            "There are {levels} levels and as many scales. All scales on one map were the way of "
            "Faster R-CNN, which had no pyramid.",
        ),
        wrong(
            "The scales are learned, so they need no anchors of their own",
            "Nothing about anchors is learned. Scales and ratios are fields of the `Config`; no "
            "file of weights holds them.",
        ),
    ),
)

_THE_ORDER_OF_THE_SCALES = Question(
    topic="The order of the scales",
    asks=(5,),
    text="Somebody loads the model `scenes` with its anchor scales in reversed order. What "
    "happens?",
    choices=(
        wrong(
            "Loading fails, since the weights do not fit",
            "No weight has a shape that depends on the scales, so there is nothing that could "
            "fail. That makes the mistake hard to find.",
        ),
        wrong(
            "Nothing changes: the set of anchors is the same",
            "It is another set: now the smallest anchors stand on P6, whose cells are far apart, "
            "and the head's answers are for other sizes than it was trained for.",
        ),
        wrong(
            "It runs slower, with the same result",
            "The number of anchors is the same, so the time is the same, too. What changes is "
            "which objects are found.",
        ),
        right(
            "It runs without an error, and finds fewer objects",
            "On test scenes it finds {found_reversed:.0f} % of the objects instead of {found:.0f} "
            "%. The i-th scale belongs to the i-th level.",
        ),
    ),
)

_A_PAIR_OF_LOGITS_PER_ANCHOR = Question(
    topic="A pair of logits per anchor",
    asks=(4,),
    kind=SEVERAL_RIGHT,
    text="The logits (background, object) of an anchor are {asked}; its objectness is "
    "{asked_prob:.3f}. Which other logits give the same?",
    choices=(
        right(
            "{shifted}",
            "Adding one number to both logits changes nothing: only their difference counts. "
            "Objectness: {shifted_prob:.3f}.",
        ),
        wrong(
            "{turned}",
            "The difference has the other sign: this anchor says background. Objectness: "
            "{turned_prob:.3f}.",
        ),
        right(
            "{below}",
            "Logits may be negative. The difference is the same, so the softmax is: "
            "{below_prob:.3f}. One logit and a sigmoid would say as much.",
        ),
        wrong(
            "{doubled}",
            "Logits are no shares, so stretching them changes the answer. The softmax counts "
            "their difference, and this one is larger: objectness {doubled_prob:.3f}.",
        ),
    ),
)

_THE_STD_OF_DELTAS = Question(
    topic="The std of deltas",
    asks=(2,),
    text="What does the model do with `rpn_delta_std`?",
    choices=(
        wrong(
            "Targets are multiplied by it, the outputs of the head divided",
            "This is the wrong way round: a target dy of {raw_dy:g} would become {times_dy:.3f}, "
            "even smaller. The aim is numbers near one.",
        ),
        right(
            "Targets are divided by it, the outputs of the head multiplied",
            "A move by {shift} pixels of an anchor with a side of {side} is dy = {raw_dy:g}. "
            "Divided by {std} it is {divided_dy:.1f}: that is what the head learns to say.",
        ),
        wrong(
            "It only divides in training; at inference the outputs are deltas already",
            "The head says what it was taught, so the way back is needed at inference. Without it "
            "that anchor would move by {too_far:.0f} pixels, not by {shift}.",
        ),
        wrong(
            "Anchors whose deltas are above it are dropped",
            "It sounds like a limit, but it is a unit. The limit for dh and dw is another field, "
            "`max_log_size`.",
        ),
    ),
)

_WHO_DROPS_WHOM_IN_NMS = Question(
    topic="Who drops whom in NMS",
    text="A has the best score, then B, then C. The IoU of A and B is {a_b:.2f}, of B and C "
    "{b_c:.2f}, of A and C {a_c:.2f}. Which stay after NMS at {threshold}?",
    choices=(
        wrong(
            "{kept_chain}",
            "You let B drop C. But B was dropped before its turn came, and a dropped box drops "
            "nobody.",
        ),
        wrong(
            "{kept_halved}",
            "You may have divided by the sum of both areas, which counts what they share once too "
            "often: {halved:.2f} for A and B. B overlaps A by more than {threshold}.",
        ),
        right(
            "{kept}",
            "A drops B. When C's turn comes only A is kept, and C overlaps A by {a_c:.2f}, which "
            "is not more than {threshold}.",
        ),
    ),
)

_PROPOSALS_WITHOUT_A_THRESHOLD = Question(
    topic="Proposals without a threshold",
    text="P5 sees nothing in the photo of the coins: {p5_best:.2f} is the best objectness of its "
    "proposals. Why are {p5_proposals} of the {proposals} proposals from P5?",
    choices=(
        right(
            "There is no threshold on the score",
            "The best {pre_nms} of its {p5_anchors} anchors enter NMS, however low their scores "
            "are. The box head calls the useless ones background.",
        ),
        wrong(
            "P5 has the most anchors",
            "It has {p5_anchors} of {anchors:,}: only P6 has fewer. Most anchors are on P2.",
        ),
        wrong(
            "NMS prefers large boxes",
            "NMS looks at scores and overlaps alone. On P5 no object pulls boxes together, so "
            "they overlap little and most of them stay.",
        ),
        wrong(
            "The coins are found on P5 and refined later",
            "The coins are found on P3 and P4, whose anchors have their size. No proposal of P5 "
            "is needed for them.",
        ),
    ),
)

QUIZ_03 = Quiz(
    "03",
    (
        _ANCHORS_OR_PROPOSALS,
        _SIDES_OF_AN_ANCHOR,
        _SCALES_AND_RATIOS,
        _THE_ORDER_OF_THE_SCALES,
        _A_PAIR_OF_LOGITS_PER_ANCHOR,
        _THE_STD_OF_DELTAS,
        _WHO_DROPS_WHOM_IN_NMS,
        _PROPOSALS_WITHOUT_A_THRESHOLD,
    ),
    numbers_03,
)

"""The quiz of notebook 07: what anchors and RoIs should have said, and what it costs."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q07_numbers import numbers_07
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_BEST = Question(
    topic="A small object",
    text="No anchor fits a small object well: the best of all has an IoU of {best_iou:.2f} with "
    "it. Which label does this anchor get?",
    choices=(
        wrong(
            "Ignored: it is asked nothing",
            "Between {rpn_negative} and {rpn_positive} an anchor is ignored, as a rule. But then "
            "nobody would ever learn to find this object.",
        ),
        wrong(
            "Negative: no object",
            "Negative is an anchor that stays below {rpn_negative} with all objects. This one "
            "does not.",
        ),
        right(
            "Positive: an object",
            "An anchor is positive from {rpn_positive} on, or if no other anchor fits some object "
            "better. So each object that anchors touch has at least one that is positive.",
        ),
    ),
)
_BETWEEN = Question(
    topic="A RoI that fits by less than half",
    asks=(20,),
    text="A proposal has an IoU of {roi_iou:.2f} with a disk, and it touches no other object. It "
    "is drawn as a RoI for training. What is it told to say?",
    choices=(
        right(
            "Background.",
            "Below {roi_positive} a RoI is background, even if it holds a good part of an object. "
            "So the head learns to give boxes that fit badly a low score.",
        ),
        wrong(
            "Nothing. It lies between positive and negative.",
            "Only anchors have such a range. With RoIs there is one limit, {roi_positive}, and "
            "nothing between.",
        ),
        wrong(
            "Disk, with the mask of the part that it holds.",
            "It would be so from an IoU of {roi_positive} on. Below, it has no mask to learn.",
        ),
    ),
)
_COUNTS = Question(
    topic="How many negatives",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    text="Of {anchor_count} anchors of a scene {positives} are positive. {drawn} anchors are drawn "
    "for the losses of the RPN, at most half of them positive. How many negative ones are drawn?",
    choices=(
        right(
            "{negatives}",
            "Half is the most that the positives may have. There are far fewer, so all of them "
            "are taken, and negatives fill the rest.",
        ),
        wrong(
            "{negatives_half}",
            "So many would be negative if the positives could fill the other half. They cannot.",
        ),
        wrong(
            "{positives}",
            "As many as positives: a fair rule, but not this one. It would leave most of the "
            "places unused.",
        ),
        wrong(
            "{negatives_all}",
            "All others would drown the few positives: always to say no would be right nearly "
            "every time. So a small number is drawn by lot.",
        ),
    ),
    otherwise="All positive anchors are drawn here, for they are fewer than half of the places. "
    "Negative ones fill the places that are left.",
)
_DELTAS = Question(
    topic="A target delta",
    kind=TYPED_NUMBER,
    tolerance=0.02,
    asks=(2,),
    text="An anchor is {anchor_height:.0f} pixels high and {anchor_width:.0f} wide. Its object has "
    "the same size and lies {shifted_by:.0f} pixels lower. The std of shifts is {shift_std}. "
    "What is the target dy?",
    choices=(
        right(
            "{dy:g}",
            "The shift in units of the anchor's height, divided by the std. So the numbers to be "
            "learned are about as large as one.",
        ),
        wrong(
            "{dy_no_std:g}",
            "This is the shift in units of the height. It is also divided by the std.",
        ),
        wrong(
            "{dy_multiplied:g}",
            "You multiplied by the std. That is done with what the head says, when boxes are "
            "moved. Targets are made the other way round.",
        ),
        wrong(
            "{dy_of_width:g}",
            "You divided by the width. dy is in units of the height, dx in units of the width.",
        ),
    ),
    otherwise="Divide the shift by the anchor's height, and then by the std.",
)
_GUESS = Question(
    topic="The same loss",
    asks=(16,),
    text="Model A tells {few} classes apart, model B tells {many}. Both have an "
    "`mrcnn_class_loss` of {loss} on images that they never saw. Which has learned more?",
    choices=(
        wrong(
            "Neither: a loss above one is bad.",
            "A loss has no such limit. It has to be compared with the loss of a guess, which is "
            "{few_guess:.1f} for A and {many_guess:.1f} for B.",
        ),
        right(
            "B",
            "A mere guess costs {few_guess:.1f} with {few} classes and {many_guess:.1f} with "
            "{many}. So A hardly knows more than a guess, and B knows very much.",
        ),
        wrong(
            "Both the same, for the loss is the same.",
            "Both give the truth a probability of about {share:.2f}. That is little among {few} "
            "classes, and very much among {many}.",
        ),
        wrong(
            "A",
            "With few classes a low loss is easy, so the same loss means less. A guess among "
            "{few} already costs only {few_guess:.1f}.",
        ),
    ),
)
_MASKS = Question(
    topic="Which masks are graded",
    asks=(10,),
    text="A positive RoI lies on a disk. The mask head gives {mask_count} masks for it, one per "
    "class. Which of them does `mrcnn_mask_loss` compare with the true mask?",
    choices=(
        wrong(
            "That of the class with the highest score.",
            "In training nobody waits for the scores of the box head: the truth is known, and it "
            "is the mask of the true class that counts.",
        ),
        wrong(
            "All of them; those of other classes should be empty.",
            "Then classes would compete for each pixel, as with a softmax. Here each class has a "
            "sigmoid, and only that of the disk is asked.",
        ),
        wrong(
            "That of the disk and that of background, which shows the rest.",
            "What is outside the disk is in the mask of the disk, too: low values. The mask of "
            "background is never asked.",
        ),
        right(
            "That of the disk.",
            "The other masks may show anything. Which class it is, only the box head has to say.",
        ),
    ),
)
_GRADIENTS = Question(
    topic="What the mask loss trains",
    kind=SEVERAL_RIGHT,
    text="Which of these parts does `mrcnn_mask_loss` change?",
    choices=(
        right(
            "The backbone and the FPN",
            "The features of the RoI come from their maps, and RoIAlign lets the gradient through.",
        ),
        wrong(
            "The RPN",
            "It made the boxes, but boxes are taken as given: the gradient stops there. The RPN "
            "learns from its own losses.",
        ),
        wrong(
            "The box head",
            "Both heads read the same maps, side by side. In training neither reads the other.",
        ),
        right("The mask head", "Its output is what the loss compares with the true mask."),
    ),
)
_CUT = Question(
    topic="The target of half a disk",
    asks=(12, 19),
    text="A RoI is the left half of the box of a disk; so it is just positive. Its mask target has "
    "{mask_side} x {mask_side} values. What do they show?",
    choices=(
        wrong(
            "The whole disk, squeezed.",
            "The object's mask is cut at the RoI, good or bad. What sticks out of the RoI is not "
            "in its target.",
        ),
        right(
            "Half a disk that fills the square.",
            "The frame is the RoI. In the last column, where the disk is cut, {cut_edge} of "
            "{mask_side} values are one.",
        ),
        wrong(
            "Half a disk on the left; the right side is empty.",
            "So it would look in the frame of the object's box. But the square stands for the "
            "RoI, and the RoI ends where the half ends.",
        ),
    ),
)

QUIZ_07 = Quiz(
    notebook="07",
    questions=(_BEST, _BETWEEN, _COUNTS, _DELTAS, _GUESS, _MASKS, _GRADIENTS, _CUT),
    numbers=numbers_07,
)

"""The quiz of notebook 09: IoU, matching, what AP sees, and how sure it is."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q09_numbers import numbers_09
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_SHIFT = Question(
    topic="A mask that is a little off",
    text="A disk that is {width} pixels wide is found, but its mask lies {shift} pixels too far "
    "to the right. What is the IoU of the mask?",
    choices=(
        wrong(
            "{one_sided:.2f}",
            "The disk lost a tenth of its width on one side. But what the mask has too much on "
            "the other side counts, too.",
        ),
        wrong(
            "{dice:.2f}",
            "This is twice the common pixels over the sum of both areas, which is called Dice. "
            "IoU divides by the union, and is stricter.",
        ),
        wrong(
            "{of_sum:.2f}",
            "You divided by the sum of both areas, which counts the common pixels twice. The "
            "union counts them once.",
        ),
        right(
            "{shifted_iou:.2f}",
            "What is shifted counts twice: as missing on one side, and as too much on the other.",
        ),
    ),
)
_MATCH = Question(
    topic="Who found whom",
    text="X and Y are objects, A, B and C are detections, all of one class. A (score {score_a}) "
    "has an IoU of {iou_a1} with X and {iou_a2} with Y; B ({score_b}) has {iou_b1} and {iou_b2}; "
    "C ({score_c}) has {iou_c1} and {iou_c2}. Which detections are right, at a limit of "
    "{match_iou}?",
    choices=(
        right(
            "{right_ones}",
            "A chooses first and takes X. B has nothing left. C fits X best, but X is taken; of "
            "those that are free it takes Y.",
        ),
        wrong(
            "{right_taken_again}",
            "Each has enough IoU with X. But an object counts once: who comes later finds it "
            "taken.",
        ),
        wrong(
            "{right_gives_up}",
            "You gave C nothing, since its best object is taken. It may take the best of those "
            "that are still free.",
        ),
    ),
)
_LIMIT = Question(
    topic="A higher limit for scores",
    text="You throw away all detections with a score below a higher limit. Most of those were "
    "wrong. What does AP do?",
    choices=(
        wrong(
            "It rises, for what is left is more often right.",
            "Precision rises: for the list of the notebook from {all_precision:.2f} to "
            "{few_precision:.2f}. But AP is an area, and a part of the curve is gone.",
        ),
        wrong(
            "It rises or falls; that depends on the limit.",
            "No limit can make it rise. What stands below a detection in the list never harms it.",
        ),
        wrong(
            "It always stays as it is, for AP looks at all limits.",
            "It goes through all limits that the list has. What was thrown away is in no list.",
        ),
        right(
            "It falls, or stays as it is.",
            "Objects that only the lower part of the list had found are lost, and nothing above "
            "gets better. With {few_kept} of {all_kept} detections of the notebook AP is "
            "{few_ap:.2f} instead of {all_ap:.2f}.",
        ),
    ),
)
_CHANGES = Question(
    topic="What lowers AP",
    kind=SEVERAL_RIGHT,
    text="A list holds right and wrong detections of one class. Which changes lower its AP?",
    choices=(
        wrong(
            "All scores are divided by the same number.",
            "Only the order of the scores counts, and it stays the same.",
        ),
        right(
            "A false alarm is added at the top of the list.",
            "Every right detection now has one more wrong one above it.",
        ),
        wrong(
            "Many false alarms are added below all right detections.",
            "No right detection stands below them, so no precision that counts is lower. For a "
            "person who looks at pictures it is another matter.",
        ),
        right(
            "An object that is found already is found once more, above other right detections.",
            "An object counts once. The second detection on it is a false alarm with a good score.",
        ),
    ),
)
_POOLED = Question(
    topic="AP of one image",
    asks=(18,),
    text="Each of these images has one object. In the first it is found, with a score of "
    "{quiet_score}. In the second it is found with {noisy_score}, and there are false alarms with "
    "{false_one} and {false_other}. Each image alone has an AP of {mean_ap:.0f}. What is COCO's AP "
    "of both?",
    choices=(
        wrong(
            "{mean_ap:.2f}",
            "This is the mean of the images' own APs. In its own image a false alarm stands below "
            "the hit and costs nothing. COCO sorts all images into one list.",
        ),
        wrong(
            "{share_right:.2f}",
            "This is how many detections are right. AP is no share: it also sees which of them "
            "come first.",
        ),
        right(
            "{pooled_ap:.2f}",
            "In the one list the false alarms of the second image stand above the hit of the "
            "first, and halve its precision.",
        ),
    ),
)
_SAME_IOU = Question(
    topic="All are found",
    kind=TYPED_NUMBER,
    tolerance=0.01,
    text="A detector finds every object and nothing else. But each mask has an IoU of {same_iou} "
    "with its object. What is its AP, the mean over IoU thresholds from {first_threshold:.2f} to "
    "{last_threshold:.2f} in steps of {threshold_step:.2f}?",
    choices=(
        right(
            "{same_iou_ap:g}",
            "It passes {passed} of {threshold_count} thresholds. At each of these its AP is one, "
            "at all others zero.",
        ),
        wrong(
            "{same_iou:g}",
            "AP is no mean IoU. At each threshold a detection is right or wrong, and nothing "
            "between.",
        ),
        wrong(
            "{same_iou_ap50:g}",
            "That is its AP50. AP also asks at higher thresholds, and there every mask fails.",
        ),
    ),
    otherwise="At each threshold AP is one if the masks pass it, and zero if they do not. Count "
    "the thresholds that they pass.",
)
_SEEDS = Question(
    topic="Is it better?",
    text="RoIAlign and RoIPool were each trained with the same few seeds. Seed by seed, RoIAlign "
    "has {gain_1:+.3f}, {gain_2:+.3f} and {gain_3:+.3f} more AP. The mean is {mean_gain:+.3f}, its "
    "standard error {gain_error:.3f}. What do you say?",
    choices=(
        wrong(
            "RoIAlign is better, for its mean is higher.",
            "Some mean is always higher. This one is hardly larger than its own standard error.",
        ),
        wrong(
            "There is no difference, for one seed says the opposite.",
            "One seed does not prove that either. There may be a difference that luck hides.",
        ),
        right(
            "It may be better, but luck could do this, too: train more often, or measure "
            "something that luck moves less.",
            "The mean is little more than one standard error from zero. AP75 over AP50, which "
            "asks for exact outlines, told the operators apart with every seed.",
        ),
    ),
)
_PAIRED = Question(
    topic="Intervals that overlap",
    text="Model P has an AP between {first_low:.2f} and {first_high:.2f}, model Q one between "
    "{second_low:.2f} and {second_high:.2f} (bootstrap, the same {compared} images). The interval "
    "of the difference is {difference_low:.3f} to {difference_high:.3f}. Is P better on such "
    "images?",
    choices=(
        right(
            "Yes: the interval of the difference lies above zero.",
            "Each round draws the same images for both, so that hard images cancel. Compare "
            "models on the same images, and look at the difference.",
        ),
        wrong(
            "Nobody can tell, for the intervals of P and Q overlap.",
            "They are so wide because some images are hard, for both models alike. The difference "
            "does not depend on that.",
        ),
        wrong(
            "No: a difference as small as this is noise.",
            "A small difference can be sure. In nearly every round P came out higher.",
        ),
    ),
)

QUIZ_09 = Quiz(
    notebook="09",
    questions=(_SHIFT, _MATCH, _LIMIT, _CHANGES, _POOLED, _SAME_IOU, _SEEDS, _PAIRED),
    numbers=numbers_09,
)

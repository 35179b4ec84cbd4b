"""The quiz of notebook 11: annotations, splits, augmentation, anchors, and where to start."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q11_numbers import numbers_11
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_RUNS = Question(
    topic="Run lengths",
    text="A mask has the rows {upper_row} and {lower_row}; one is inside, zero is outside. What "
    "are its run lengths in COCO's form?",
    choices=(
        right(
            "{runs}",
            "Down the columns, beginning with the pixels outside, of which there are none here. "
            "The counts add up to all pixels.",
        ),
        wrong(
            "{runs_by_rows}",
            "You went along the rows. COCO's runs go down the columns, one column after the other.",
        ),
        wrong(
            "{runs_from_inside}",
            "The first count is always of pixels outside. If the first pixel is inside, that count "
            "is zero; it must be written.",
        ),
        wrong(
            "{runs_inside_only}",
            "These are the runs inside alone. Without those outside nobody knows where they lie.",
        ),
    ),
)
_CROWD = Question(
    topic="A crowd",
    text="A region of the ground truth is marked `iscrowd`: coins are there, but nobody told them "
    "apart. A detection of a coin lies in this region, and on no coin that was outlined. What does "
    "COCO's evaluation make of it?",
    choices=(
        right(
            "Neither right nor wrong: it is left out.",
            "Nothing in a crowd is asked to be found, and what is found there is not counted. In "
            "training no anchor there is told to say nothing.",
        ),
        wrong(
            "A false alarm, for it fits no object.",
            "There may well be a coin; only its outline is missing. It would be unfair to count "
            "it as wrong.",
        ),
        wrong(
            "A hit, for it is a coin in a region of coins.",
            "Nobody can tell whether it fits one coin. And whoever covers such a region with boxes "
            "would win many hits.",
        ),
    ),
)
_CLASSES = Question(
    topic="Ids of categories",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    otherwise="Sort the ids of all categories of the file, and count from one.",
    text="A file in COCO's format lists categories with the ids {listed}. No annotation is of "
    "category {unused_id}. Which class number does `CocoDataset` give to objects of category "
    "{asked_id}?",
    choices=(
        right(
            "{class_of_it}",
            "The ids of all categories are sorted and counted from one. Background is class zero.",
        ),
        wrong(
            "{class_as_it_is}",
            "An id is a name and no number of a class. Ids have gaps, and the model's classes have "
            "none.",
        ),
        wrong(
            "{class_used}",
            "You left out the category without an annotation. Then in another file of the same "
            "data set a class would have another number.",
        ),
        wrong(
            "{class_listed}",
            "You counted in the order of the file. The ids are sorted first.",
        ),
    ),
)
_SLIDES = Question(
    topic="A split by lot",
    kind=TYPED_NUMBER,
    tolerance=0.06,
    otherwise="A slide is on one side alone only if none of its pictures is drawn, or all. How "
    "likely is that?",
    text="{slides} slides were cut into {slide_pictures} pictures each. {drawn_pictures} of the "
    "{all_pictures} pictures are drawn at random to measure on. Of how many slides will there be "
    "pictures on both sides, on average? (One decimal.)",
    choices=(
        right(
            "{slides_mixed:.1f}",
            "Nearly all: that none of a slide's pictures is drawn is very unlikely. So the result "
            "says how well the model knows slides that it has seen. Draw whole slides.",
        ),
        wrong(
            "{slides_share:.1f}",
            "That is the share of the pictures that are trained on. The question is which slides "
            "have pictures on each side.",
        ),
        wrong(
            "{slides_pictures:.1f}",
            "So many pictures of each slide are drawn, on average. Then a slide without any is "
            "rare.",
        ),
        wrong(
            "{slides_whole:.1f}",
            "So many slides would be measured on if whole slides were drawn. Here pictures are "
            "drawn, and they come from all slides.",
        ),
    ),
)
_FLIP = Question(
    topic="An augmentation that forgets the masks",
    text="Somebody's augmentation exchanges left and right of the image, and leaves the masks as "
    "they were. Which check finds this mistake?",
    choices=(
        wrong(
            "Apply it twice, and compare image and masks with what they were.",
            "After the second time the image is as before, and the masks never moved. All agrees.",
        ),
        wrong(
            "Compare the boxes with the masks.",
            "Boxes are made from masks here, so they agree with them wherever these are.",
        ),
        wrong(
            "Count the objects before and after.",
            "Their number is the same. What is wrong is where they lie.",
        ),
        right(
            "Apply it to a picture that is bright only on its objects, and see whether the masks "
            "lie on what is bright.",
            "It compares masks with pixels, which is what the model will do. Take an object that "
            "is not in the middle.",
        ),
    ),
)
_ANCHORS = Question(
    topic="Does an anchor fit?",
    kind=TYPED_NUMBER,
    tolerance=0.01,
    otherwise="Bring the side to the molded image first. Then IoU is the smaller area over the "
    "larger one, for each anchor.",
    text="A square object has sides of {object_side:.0f} pixels. Molding enlarges the photograph "
    "by {enlarged}. There are square anchors of {scales} pixels; take one around the same centre. "
    "What is the best IoU?",
    choices=(
        right(
            "{best_fit:.2f}",
            "The object has {molded_side:.0f} pixels in the molded image, and the next larger "
            "anchor fits best. From {positive_iou} on it would be positive in any case.",
        ),
        wrong(
            "{fit_no_factor:.2f}",
            "Anchors are in pixels of the molded image. Enlarge the object, too.",
        ),
        wrong(
            "{fit_of_sides:.2f}",
            "This is the ratio of the sides. An IoU is one of areas: its square.",
        ),
        wrong(
            "{fit_by_pixels:.2f}",
            "The smaller anchor is as near in pixels, but not in IoU: what counts is how many "
            "times as large.",
        ),
    ),
)
_RATIOS = Question(
    topic="Other ratios",
    asks=(5,),
    text="Some objects are long and thin, so you set {new_ratios} `anchor_ratios` instead of "
    "{old_ratios}; the classes stay the same. Which layers of the shipped weights do not fit any "
    "more?",
    choices=(
        wrong(
            "None: anchors have no weights.",
            "They have none. But the RPN answers for each anchor of a cell, and now there are more "
            "of them.",
        ),
        wrong(
            "The whole RPN, with its shared convolution",
            "The shared convolution makes features of a cell and knows nothing of ratios. It fits, "
            "and is worth keeping.",
        ),
        wrong(
            "The last layers of the box head and of the mask head",
            "These follow the number of classes. Ratios are a matter of the RPN.",
        ),
        right(
            "The last layers of the RPN",
            "Each has outputs for every ratio: `rpn_class_raw` had {old_outputs} and needs "
            "{new_outputs}. Leave these layers out and train them anew.",
        ),
    ),
)
_STARTS = Question(
    topic="Freeze the backbone?",
    text="A trained backbone, all else fresh, {start_steps} steps. With the backbone frozen, mask "
    "AP50 is {frozen_ap50:.3f}; if it learns at the same rate, {trained_ap50:.3f}. The losses of "
    "training end at {frozen_loss:.2f} and {trained_loss:.2f}. What is the likely reason?",
    choices=(
        right(
            "The gradients of the fresh layers led the backbone away from what it knew.",
            "Fresh layers know nothing, so at first their gradients mean little to the backbone. "
            "Let the fresh layers learn first.",
        ),
        wrong(
            "With more layers that learn, the second model has overfitted.",
            "Then its loss of training would be the lower one. It is higher: {trained_loss:.2f}.",
        ),
        wrong(
            "It is luck: with another seed it would be the other way round.",
            "A second seed is always worth it. But luck moved the short trainings of notebook 09 "
            "by {luck:.2f} at most, and this is more.",
        ),
        wrong(
            "A backbone must never learn on other images than its own.",
            "It may, once the other layers know something, or at a low rate. Measure whether it "
            "helps.",
        ),
    ),
)

QUIZ_11 = Quiz(
    "11",
    (_RUNS, _CROWD, _CLASSES, _SLIDES, _FLIP, _ANCHORS, _RATIOS, _STARTS),
    numbers_11,
)

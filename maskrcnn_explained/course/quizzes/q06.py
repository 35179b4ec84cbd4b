"""The quiz of notebook 06: what the last stage keeps, drops, and pastes."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q06_numbers import numbers_06
from maskrcnn_explained.course.quizzes.quiz import TYPED_NUMBER, Question, Quiz, right, wrong

_PADDING = Question(
    topic="Rows of zeros",
    asks=(14,),
    text="For the photograph of the coins the graph gives {rows} rows of detections. Only {found} "
    "of them are coins. What do the other rows hold?",
    choices=(
        wrong(
            "Detections with a score below the limit",
            "There were such detections, but the limit took them away before NMS. None is kept.",
        ),
        wrong(
            "The boxes that NMS dropped",
            "NMS did drop many boxes. They are gone for good; only `trace` keeps a record of them, "
            "in another place.",
        ),
        right(
            "Zeros",
            "A graph gives as many rows for every image. What is not needed is padding: class, "
            "score and box are all zero, and class zero is background. `detect` cuts it off.",
        ),
    ),
)
_BACKGROUND = Question(
    topic="Where background goes",
    asks=(20,),
    text="The box head of `scenes` gives each RoI {score_count} scores, which add up to one. The "
    "first is that of background. What does the last stage do with it?",
    choices=(
        right(
            "Nothing: only the scores of the other classes are compared with the limit.",
            "Background has done its work before: it took score away from the others. Without it, "
            "with the other scores stretched to add up to one, {without_it} of {rois} RoIs on the "
            "coins would have a class with at least {shown_score}; with it, {with_it} have.",
        ),
        wrong(
            "If it is the best score of a RoI, the RoI is thrown away.",
            "That is the rule of the reference, `best_class`. Here each class is asked by itself: "
            "on the coins {rescued} pairs of RoI and class pass the limit of {low_limit} although "
            "background is the best class of their RoI.",
        ),
        wrong(
            "It makes a detection of class background, which NMS compares with the others.",
            "The head does give deltas for background, too. But no loss ever asks for them, and "
            "the last stage makes no pair of background.",
        ),
        wrong(
            "It is the score of the pixels around the object.",
            "That is another use of the word. Here a whole RoI is called background if it fits no "
            "object. Which pixels belong to an object is asked of the mask head.",
        ),
    ),
)
_NMS = Question(
    topic="Who stays after NMS",
    text="Boxes A, B and C are called disk, D is called star. A has the best score, then come B, "
    "C and D. The IoU of A and B is {iou_ab:.2f}, of B and C {iou_bc:.2f}, of A and C "
    "{iou_ac:.2f}, of A and D {iou_ad:.2f}. The threshold is {nms_iou}. Which boxes stay?",
    choices=(
        wrong(
            "{kept_compete}",
            "D overlaps A by much, but D is a star. A box drops only boxes of its own class.",
        ),
        right(
            "{kept}",
            "A drops B. A dropped box drops nobody, so C stays: it overlaps A by less than the "
            "threshold. D is of another class.",
        ),
        wrong(
            "{kept_dropped_too}",
            "C overlaps B by more than the threshold, but B was dropped before. Only a box that "
            "stays can drop others.",
        ),
        wrong(
            "{kept_nothing_dropped}",
            "A and B are of one class and overlap by more than the threshold, so the one with the "
            "lower score goes.",
        ),
    ),
)
_RIVALS = Question(
    topic="Which score decides",
    text="Several RoIs lie on one coin. RoI {sure_roi} has an objectness of {sure_objectness:.3f}, "
    "and the box head says disk with {sure_disk:.2f}. RoI {weak_roi} has an objectness of "
    "{weak_objectness:.3f}, and the box head says disk with {weak_disk:.2f}. Which of them "
    "becomes the detection, and why?",
    choices=(
        wrong(
            "RoI {sure_roi}: the RPN is far surer that something is there.",
            "The RPN's score decides which boxes are proposed. After that nobody asks for it.",
        ),
        wrong(
            "RoI {sure_roi}: the product of both scores is higher.",
            "The products are {sure_product:.3f} and {weak_product:.3f}. But the last NMS takes "
            "the box head's score alone.",
        ),
        wrong(
            "RoI {weak_roi}: its refined box fits the coin better.",
            "By chance it does: the IoU is {weak_fit:.2f}, the other's {sure_fit:.2f}. But the "
            "last NMS cannot know that. It sees scores and boxes, and no coin.",
        ),
        right(
            "RoI {weak_roi}: the box head gives it the higher score.",
            "The last NMS sorts by the score of the class alone, and here a hundredth decides. "
            "How sure the RPN was plays no part any more.",
        ),
    ),
)
_LEVELS = Question(
    topic="From one level to another",
    asks=(8,),
    text="One coin began as an anchor of {anchor_level}. Its RoI, {roi_height:.0f} pixels high and "
    "{roi_width:.0f} wide, was pooled from {roi_level}. Is something wrong?",
    choices=(
        wrong(
            "Yes: the features must come from the level that proposed the box.",
            "The model does not remember where a proposal came from. Only its size counts.",
        ),
        right(
            "No: the size of the RoI alone decides from which level it is pooled.",
            "The formula of notebook 04 sends a RoI of {canonical:.0f} pixels to P4 in this model. "
            "With every halving of the size it goes one level down, to a finer map.",
        ),
        wrong(
            "No: every RoI is pooled from P2, which is the finest map.",
            "Small RoIs are. On the coins {from_p3} of {found} are pooled from P3, and large RoIs "
            "from P4 or P5.",
        ),
    ),
)
_HALVED = Question(
    topic="A mask lives in its box",
    asks=(12, 19),
    text="The mask head has filled the box of a coin: {mask_side} x {mask_side} values. Then "
    "somebody makes the box half as wide, by taking its right half away, and pastes the same "
    "values into it. What is seen on the image?",
    choices=(
        wrong(
            "The left half of the coin, cut at the new edge.",
            "It would be so if the values knew their places on the image. They do not: the mask "
            "that is pasted differs from the left half in more than {differ} pixels.",
        ),
        wrong(
            "The coin as before, with its right half outside of the box.",
            "A mask cannot leave its box: outside of the box nothing is pasted. That is why a box "
            "that is too small cuts its mask off.",
        ),
        right(
            "The whole coin, squeezed to half of its width.",
            "The values are stretched over whatever box they get. So the model predicts masks "
            "last, for boxes that do not change any more.",
        ),
    ),
)
_STD = Question(
    topic="The wrong std",
    asks=(2,),
    text="Somebody detects the coins with a `delta_std` of all ones instead of {std_shift} and "
    "{std_stretch}; the weights stay the same. There are {std_false} false positives. Why?",
    choices=(
        right(
            "Boxes move {times_stretch:.0f} to {times_shift:.0f} times as far as the head meant, "
            "and NMS no longer sees that they lie on one coin.",
            "Deltas are multiplied by the std when a box is moved. The boxes of one coin fly "
            "apart, overlap too little, and many of them stay.",
        ),
        wrong(
            "Boxes hardly move at all, so that every RoI stays where the RPN put it.",
            "That would be so if deltas were divided by the std here. They were divided in "
            "training, to make targets; here they are multiplied.",
        ),
        wrong(
            "All scores rise, so that more RoIs pass the limit.",
            "The std is the unit of the deltas alone. The scores do not change; what changes is "
            "where the boxes lie.",
        ),
    ),
)
_PHOTO = Question(
    topic="Back to the photograph",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    otherwise="The window says where the photograph lies on the molded image. Undo the padding, "
    "then the scale.",
    text="A photograph of {photo_height} rows was enlarged to {window_height} rows and then "
    "padded: its first row lies at y = {window_top} of the molded image. A detection begins at "
    "y = {y_box} of the molded image. At which y of the photograph does it begin?",
    choices=(
        right(
            "{y_photo:g}",
            "First the padding is taken off, then the scale is undone: what molding did last is "
            "undone first.",
        ),
        wrong(
            "{y_scaled:g}",
            "You undid the scale, but the padding is still in it. Subtract the window's first row, "
            "before you divide.",
        ),
        wrong(
            "{y_shifted:g}",
            "The padding is off, but this is still in pixels of the molded image. Divide by the "
            "scale, too.",
        ),
        wrong(
            "{y_wrong_order:g}",
            "Both steps, in the wrong order. The padding is counted in pixels of the molded "
            "image, so take it off first.",
        ),
    ),
)

QUIZ_06 = Quiz(
    "06",
    (_PADDING, _BACKGROUND, _NMS, _RIVALS, _LEVELS, _HALVED, _STD, _PHOTO),
    numbers_06,
)

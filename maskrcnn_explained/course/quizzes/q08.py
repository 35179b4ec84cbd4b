"""The quiz of notebook 08: steps and epochs, the recipe, and what a training shows."""

from __future__ import annotations

from maskrcnn_explained.course.quizzes.q08_numbers import numbers_08
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)

_EPOCHS = Question(
    topic="Epochs and passes",
    asks=(17,),
    text="The run of the notebook: {images} scenes, batches of {batch}, {steps} steps, "
    "`steps_per_epoch={epoch_steps}`, so {epochs} epochs. How often is each scene seen?",
    choices=(
        right(
            "{seen_least} or {seen_most} times",
            "{steps} steps of {batch} scenes are {scenes_seen} scenes in all. Count scenes, not "
            "epochs.",
        ),
        wrong(
            "{epochs} times",
            "It would be so if an epoch were a pass over the data. Here an epoch is a fixed number "
            "of steps, and {epoch_steps} batches do not hold {images} scenes.",
        ),
        wrong(
            "{steps} times",
            "A step sees one batch, and not the whole data set.",
        ),
        wrong(
            "{epoch_steps} times",
            "These are the steps of one epoch. In each step other scenes are seen.",
        ),
    ),
)
_PLANNED = Question(
    topic="How many steps",
    kind=TYPED_NUMBER,
    tolerance=0.4,
    asks=(17,),
    text="You have {own_images} images and batches of {own_batch}. Each image shall be seen "
    "{own_times} times. How many steps do you ask for?",
    choices=(
        right(
            "{own_steps}",
            "All the images that are to be seen, divided by the size of a batch. How you cut "
            "these steps into epochs does not change it.",
        ),
        wrong(
            "{own_no_batch}",
            "So many images are to be seen. But each step sees a whole batch of them.",
        ),
        wrong("{own_one_pass}", "So many steps show each image once."),
        wrong(
            "{own_epochs}",
            "This counts passes over the data. A step is one batch, and a pass has many batches.",
        ),
    ),
    otherwise="Multiply the images by how often each is seen, and divide by the size of a batch.",
)
_RATE = Question(
    topic="The learning rate",
    text="A `Recipe` has {rate_steps} steps, {rate_warmup} of them warm-up, a `learning_rate` of "
    "{rate_highest}, and the usual schedule. Step {rate_step} is a quarter of the way from the end "
    "of the warm-up to the end of the run. What is the rate there?",
    choices=(
        wrong(
            "{rate_rising:.5f}",
            "So it would be if the rate rose during the whole run. The warm-up ends long before.",
        ),
        wrong(
            "{rate_straight:.5f}",
            "So it would be on a straight line down to zero. But the rate follows a cosine, which "
            "falls slowly at first.",
        ),
        right(
            "{rate:.5f}",
            "The cosine goes from one to minus one, half a turn. It begins flat, so after a "
            "quarter of the way the rate is still near the highest.",
        ),
        wrong(
            "{rate_quarter:.5f}",
            "You took a quarter of a turn for the whole way down. It is half a turn.",
        ),
    ),
)
_LAG = Question(
    topic="It learned and finds nothing",
    text="After {short_steps} steps on {short_images} images alone, all losses are low. But "
    "`detect` finds nothing on these very images. After `reestimate_statistics`, which changes no "
    "weight, it finds them. What was wrong?",
    choices=(
        wrong(
            "The model had learned the images by heart, which is overfitting.",
            "By heart it has learned them, and therefore it should find them. Overfitting shows on "
            "other images.",
        ),
        wrong(
            "The learning rate was too low.",
            "Then the losses would not have fallen. They show that the weights were good.",
        ),
        wrong(
            "The last step had not been saved.",
            "Nothing was loaded or saved here: the same model was asked before and after.",
        ),
        right(
            "The moving statistics of batch norm lagged behind.",
            "Training uses the statistics of the batch, `detect` the moving ones. After "
            "{short_steps} steps {still_fresh:.0%} of these is still what a fresh layer has.",
        ),
    ),
)
_HEADS = Question(
    topic="What a stage freezes",
    kind=SEVERAL_RIGHT,
    asks=(15,),
    text='You train `scenes` at `stage="heads"`. Which of these stay exactly as they are?',
    choices=(
        right(
            "The kernels of the backbone",
            "Here all layers learn but those of the backbone.",
        ),
        wrong(
            "The kernels of FPN and RPN",
            'The word "heads" is the reference\'s, and it is too narrow: FPN and RPN learn, too.',
        ),
        right(
            "The moving statistics of the backbone's batch norm",
            "A batch norm layer that does not learn uses its moving statistics, also in training, "
            "and leaves them alone.",
        ),
        wrong(
            "The moving statistics of the mask head's batch norm",
            "They get no gradient, but they follow the batches, for their layer learns.",
        ),
    ),
)
_JUMP = Question(
    topic="A loss that jumps",
    asks=(16,),
    text="Between the third and the fourth run of the shipped model `mrcnn_bbox_loss` goes from "
    "{loss_before:.2f} to {loss_after:.2f}, and AP from {ap_before:.2f} to {ap_after:.2f}. What "
    "happened?",
    choices=(
        wrong(
            "The learning rate was too high, and the box head forgot most of what it knew.",
            "Then AP would fall by much, for masks are pasted into boxes. It falls only a little, "
            "as at the beginning of every run.",
        ),
        wrong(
            "The box head had learned the training scenes by heart.",
            "That would show as a low loss of training and a poor AP. And it would not come "
            "between one epoch and the next.",
        ),
        right(
            "The loss is computed by another rule.",
            "Its beta went from {old_beta:.0f} to {new_beta}: an error of {beta_error} cost "
            "{old_cost:.3f} before and {new_cost:.3f} now. Losses of different settings do not "
            "compare; AP does.",
        ),
    ),
)
_CHECKPOINT = Question(
    topic="What a checkpoint holds",
    text="A checkpoint holds {model_numbers:,} numbers of the model, and {optimizer_numbers:,} of "
    "the optimizer. Why does the optimizer have so many?",
    choices=(
        right(
            "For each weight that learns it keeps a mean of gradients and one of their squares.",
            "AdamW needs both for the length of each step. Without them a run could only begin "
            "anew, from good weights.",
        ),
        wrong(
            "The optimizer also keeps the weights of the best epoch.",
            "These are in a file of their own, `{best_file}`.",
        ),
        wrong(
            "It keeps the gradient of each image of the last batch.",
            "A gradient is used once and then forgotten. What is kept are running means.",
        ),
    ),
)
_CURVES = Question(
    topic="Training down, validation up",
    text="Late in a long run the losses of training still fall, while those of validation have "
    "been rising for several epochs. What do you do?",
    choices=(
        wrong(
            "Go on: as long as the losses of training fall, the model learns.",
            "It does learn, but by heart: what it learns now holds for the training images alone.",
        ),
        wrong(
            "Go on: validation images are harder, so their losses are higher.",
            "They may well be higher. But they do not rise for that reason.",
        ),
        wrong(
            "Begin again with a higher learning rate.",
            "The rate is not too low, for the losses of training fall. More different images "
            "would help.",
        ),
        right(
            "End the run, and take the weights of the best epoch.",
            "This is overfitting. `{best_file}` holds the epoch with the best AP on validation. "
            "`EarlyStopping` of Keras can end such a run by itself.",
        ),
    ),
)

QUIZ_08 = Quiz(
    notebook="08",
    questions=(_EPOCHS, _PLANNED, _RATE, _LAG, _HEADS, _JUMP, _CHECKPOINT, _CURVES),
    numbers=numbers_08,
)

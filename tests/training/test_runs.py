"""Runs: where a call begins: anew, at a later epoch, with a new stage, or nowhere.

The model and its checkpoint are stood in for: a run is arithmetic of steps and epochs.
"""

import types

import pytest
from helpers import sample_of

from maskrcnn_explained.training import runs
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.run_record import read_record
from maskrcnn_explained.training.runs import begin

ABOUT = {"config": {"detections": 10}, "data": {"images": 6}, "augment": None}
HEADS, ALL = ["rpn", "mrcnn"], ["conv1", "rpn", "mrcnn"]
SHORT = dict(steps=8, steps_per_epoch=2, batch_size=2)


class World:
    """A folder, and how many steps the optimizer of its checkpoint has made."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.count = 0
        self.rate = 0.0
        self.compiled = []
        self.model = types.SimpleNamespace(trained=False)
        monkeypatch.setattr(runs, "load_checkpoint", lambda model, folder: self.count)
        monkeypatch.setattr(runs, "rate_in_log", lambda folder, epoch: self.rate)

    def call(self, learning=ALL, epochs=None, about=ABOUT, stopped=False, **changes):
        """One call of `train` that makes this number of epochs (None: all that are left)."""
        recipe = Recipe(**SHORT | changes)

        def compiled(settled, first_step, first_rate):
            self.compiled.append((settled, first_step, first_rate))

        run = begin(self.model, recipe, learning, about, self.folder, compiled)
        self.said = run.begins("f")
        if run.complete:
            return run
        made = run.last - run.epoch if epochs is None else epochs
        run.record.write(self.folder)
        self.count += made * run.stage.epoch_steps
        if self.count:
            (self.folder / "checkpoint.weights.h5").touch()
        run.stage.done += made
        if epochs is None or stopped:
            run.ended(run.epoch + made, stopped)
        run.record.write(self.folder)
        return run


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_a_new_run_begins_at_the_first_step_and_says_nothing(world):
    run = world.call()
    assert (run.epoch, run.step, run.last, world.said) == (0, 0, 4, "")


def test_an_interrupted_run_goes_on(world):
    world.call(epochs=2)
    run = world.call()
    assert (run.epoch, run.step, run.last) == (2, 4, 4)
    assert world.said == "f: going on at epoch 3 of 4."
    assert world.compiled[-1][1:] == (0, 0.0), "the schedule is that of the whole run"


def test_a_complete_run_says_so_and_does_nothing(world):
    world.call()
    run = world.call()
    assert run.complete and "this run is complete: nothing to do" in run.begins("f")
    assert "Give more steps, another stage, or another folder" in run.begins("f")


def test_an_interrupted_run_that_was_killed_between_its_files(world):
    """run.json tells of two epochs, the checkpoint holds one more: the checkpoint decides."""
    world.call(epochs=2)
    world.count += 2
    assert world.call(epochs=0).epoch == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (dict(learning_rate=0.5), "learning_rate is None there, 0.5 now"),
        (dict(batch_size=4), "batch_size is 2 there, 4 now"),
        (dict(seed=7), "seed is 1 there, 7 now"),
        (dict(steps=6), "steps is 8 there, 6 now"),
        (dict(steps=16, seed=7), "seed is 1 there, 7 now; steps is 8 there, 16 now"),
        (dict(optimizer="sgd"), "optimizer is None there, 'sgd' now"),
        (dict(schedule="constant"), "schedule is 'cosine' there, 'constant' now"),
        (dict(about=ABOUT | {"config": {"detections": 9}}), "config.detections is 10 there, 9 now"),
        (dict(about=ABOUT | {"data": {"images": 5}}), "data.images is 6 there, 5 now"),
        (dict(about=ABOUT | {"augment": "flip"}), "augment is None there, 'flip' now"),
    ],
)
@pytest.mark.parametrize("epochs", [2, None], ids=["interrupted", "complete"])
def test_another_run_is_refused_and_the_differences_are_listed(world, epochs, changes, message):
    world.call(epochs=epochs)
    before = (world.folder / "run.json").read_text()
    compiled = len(world.compiled)
    with pytest.raises(ValueError, match=message) as error:
        world.call(**changes)
    assert "holds another run" in str(error.value) and "restart=True" in str(error.value)
    assert (world.folder / "run.json").read_text() == before
    assert len(world.compiled) == compiled, "refused before the model is touched"


def test_a_run_that_saved_nothing_does_not_block_its_folder(world):
    world.call(epochs=0)
    assert (world.folder / "run.json").exists()
    run = world.call(steps=4, seed=9)
    assert (run.epoch, run.last, world.said) == (0, 2, "")


def test_other_training_data_are_told_in_words(world):
    world.call(about=ABOUT | {"data": {"images": 6, "sha256": "a"}})
    with pytest.raises(ValueError, match="the training data are others .images or annotations."):
        world.call(about=ABOUT | {"data": {"images": 6, "sha256": "b"}})


def test_other_validation_images_do_not_compare(world):
    one, other = [sample_of([(2, 2, 22, 22)], [1])], [sample_of([(3, 3, 22, 22)], [1])]
    run = world.call(epochs=1)
    run.measures(one)
    run.record.write(world.folder)
    run = world.call(epochs=0)
    run.measures(one)
    assert run.comparable
    with pytest.warns(UserWarning, match="best.h5 begins anew"):
        run.measures(other)
    assert not run.comparable
    noted = run.record.validation
    run.measures([])
    assert run.record.validation == noted, "a call that measures nothing does not make it forget"


def test_how_many_images_are_measured_may_change(world):
    world.call(epochs=2)
    assert world.call(validation_images=3).epoch == 2


def test_more_steps_go_on_and_the_rate_does_not_jump(world):
    world.call()
    world.rate = 4e-9
    run = world.call(steps=20)
    assert (run.epoch, run.step, run.last) == (4, 8, 10)
    settled, first_step, first_rate = world.compiled[-1]
    assert (settled.steps, settled.warmup_steps, first_step, first_rate) == (12, 1, 8, 4e-9)
    assert world.call(steps=20).complete
    run = world.call(steps=24)
    assert (run.epoch, run.step, run.last, run.recipe.steps) == (10, 20, 12, 4)


def test_more_steps_for_an_interrupted_run(world):
    world.call(epochs=3)
    world.rate = 1e-3
    run = world.call(steps=20, epochs=1)
    assert (run.epoch, run.step, run.last) == (3, 6, 10)
    assert world.compiled[-1][1:] == (6, 1e-3)
    again = world.call(steps=20)
    assert (again.epoch, again.step, again.last) == (4, 8, 10)
    assert world.compiled[-1][1:] == (6, 1e-3), "as before it was interrupted"


def test_heads_first_and_then_all_layers(world):
    world.call(HEADS, stage="heads")
    world.model.trained = True
    run = world.call(ALL, epochs=1, stage="all", learning_rate=1e-4, steps=6)
    assert (run.epoch, run.step, run.last) == (4, 8, 7)
    assert world.said == "f: going on at epoch 5 of 7, stage 2."
    settled, first_step, _ = world.compiled[-1]
    assert (settled.steps, settled.learning_rate, first_step) == (6, 1e-4, 8)
    assert world.call(HEADS, stage="heads").complete
    assert "was trained further since" in world.call(HEADS, stage="heads").begins("f")
    again = world.call(ALL, stage="all", learning_rate=1e-4, steps=6)
    assert (again.epoch, again.step) == (5, 10)
    assert [stage.state for stage in read_record(world.folder).stages] == ["complete"] * 2


def test_a_stage_waits_for_the_one_before(world):
    world.call(HEADS, stage="heads", epochs=1)
    with pytest.raises(ValueError, match="stage is 'heads' there, 'all' now, and its run has not"):
        world.call(ALL, stage="all")


def test_the_rate_of_trained_weights_is_that_of_the_beginning(world):
    """The first epochs make a fresh model a trained one; the rate must not change for that."""
    world.call(epochs=1)
    assert world.compiled[-1][0].learning_rate == 1.5e-3
    world.model.trained = True
    world.call(epochs=1)
    assert world.compiled[-1][0].learning_rate == 1.5e-3
    world.call()
    world.call(HEADS, stage="heads")
    assert world.compiled[-1][0].learning_rate == 5e-4


def test_a_run_that_a_callback_stopped_stays_stopped(world):
    world.call(epochs=2, stopped=True)
    run = world.call()
    assert run.complete and "(stopped after epoch 2 of 4)" in run.begins("f")
    assert world.call(steps=20).epoch == 2


def test_another_kind_of_optimizer_in_a_second_stage_counts_its_own_steps(world):
    world.call(HEADS)
    world.count = 0  # its memory could not be taken over
    run = world.call(ALL, epochs=1, optimizer="sgd")
    assert (run.epoch, run.step) == (4, 8) and world.compiled[-1][1] == 0
    world.count = 2
    assert world.call(ALL, optimizer="sgd").epoch == 5


def test_accumulated_steps(world):
    world.call(accumulate=2, epochs=1)
    run = world.call(accumulate=2, steps=12)
    assert (run.epoch, run.step, run.recipe.steps) == (1, 2, 10)


def test_a_checkpoint_without_a_record_is_taken_with_a_warning(world):
    (world.folder / "checkpoint.weights.h5").touch()
    world.count = 4
    with pytest.warns(UserWarning, match="no run.json"):
        assert world.call().epoch == 2


def test_how_far_a_run_has_come_when_it_is_stopped_by_hand(world):
    run = world.call(epochs=2)
    assert run.stands("f") == "Stopped. f holds epoch 2 of 4: the same call goes on from there."
    run.stage.done = 0
    assert "No epoch is saved" in run.stands("f") and "No epoch is saved" in run.stands(None)

"""The whole model: both dialects, any size, any backbone, saving, training, and no XLA."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import DATA, TINY
from keras import layers

from maskrcnn_explained import losses
from maskrcnn_explained.config import REFERENCE, get_config
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.model import MaskRCNN, build
from maskrcnn_explained.weights import named_weights


def noise(height, width, seed=0):
    """An image of [height, width, 3] uint8."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def assert_same(one, other, atol=0.0):
    """Two Detections are equal, numbers within a tolerance."""
    assert one.class_names == other.class_names
    np.testing.assert_array_equal(one.class_ids, other.class_ids)
    np.testing.assert_allclose(one.boxes, other.boxes, atol=atol * 100)
    np.testing.assert_allclose(one.scores, other.scores, atol=atol)
    np.testing.assert_allclose(one.mask_probs, other.mask_probs, atol=10 * atol)
    assert (one.masks != other.masks).sum() <= atol * one.masks.size


def check_detections(found, image, config):
    """What Detections always are."""
    number = len(found)
    assert number <= config.detections
    assert found.boxes.shape == (number, 4) and found.boxes.dtype == np.float32
    assert found.class_ids.shape == found.scores.shape == (number,)
    assert found.class_ids.dtype == np.int32 and found.scores.dtype == np.float32
    assert found.masks.shape == (number, *image.shape[:2]) and found.masks.dtype == bool
    assert found.mask_probs.shape == (number, 28, 28) and len(found.class_names) == number
    assert (found.class_ids > 0).all() and (np.diff(found.scores) <= 0).all()
    limit = np.array(image.shape[:2] * 2, np.float32)
    assert (found.boxes >= -1e-3).all() and (found.boxes <= limit + 1e-3).all()
    assert [config.class_names[i] for i in found.class_ids] == found.class_names


# The graph


def test_layers_of_resnet50_are_the_reference_s():
    theirs = json.loads((DATA / "reference_layers_resnet50.json").read_text(encoding="utf-8"))
    theirs = {f"{name}/{weight}": shape for name, weights in theirs.items()
              for weight, shape in weights.items()}  # fmt: skip
    model = build("coco-resnet50")
    ours = {name: list(variable.shape) for name, variable in named_weights(model).items()}
    assert ours == theirs
    assert model.count_params() == 45_088_120


def test_small_model_is_the_same_graph(tiny):
    """Same names but for the blocks that a shallower backbone does not have."""
    theirs = json.loads((DATA / "reference_layers_resnet50.json").read_text(encoding="utf-8"))
    ours = {name.split("/")[0] for name in named_weights(tiny)}
    assert ours <= theirs.keys()
    missing = theirs.keys() - ours
    assert missing and all(name.startswith(("res", "bn")) and name[3:4] != "a" for name in missing)


def test_find_layer(tiny):
    assert tiny.find_layer("rpn_conv_shared").name == "rpn_conv_shared"
    assert tiny.find_layer("fpn_p4add") is tiny.get_layer("fpn_p4add")
    with pytest.raises(ValueError, match="The model has no layer 'fpn_p7'"):
        tiny.find_layer("fpn_p7")


def test_build_says_what_is_wrong():
    with pytest.raises(ValueError, match="No preset is called 'resnet'"):
        build("resnet")
    with pytest.raises(ValueError, match="Config has no field depth"):
        build("scenes", depth=3)
    with pytest.raises(ValueError, match="Config has no field depth"):
        build(get_config("scenes"), depth=3)


def test_a_seed_makes_the_same_weights(tiny_config):
    again = named_weights(build(tiny_config))
    for name, variable in named_weights(build(tiny_config)).items():
        np.testing.assert_array_equal(variable, again[name])
    other = named_weights(build(tiny_config, seed=1))
    assert not np.array_equal(other["conv1/kernel"], again["conv1/kernel"])


def test_tensors_have_names_and_shapes(tiny):
    config = tiny.config
    tensors = tiny.tensors(noise(100, 60))
    anchors = 3 * (32 * 16 + 16 * 8 + 8 * 4 + 4 * 2 + 2)  # of 128 x 64
    shapes = {
        "molded_image": (128, 64, 3), "C2": (32, 16, 16), "C5": (4, 2, 32), "P2": (32, 16, 8),
        "P6": (2, 1, 8), "rpn_logits": (anchors, 2), "rpn_probs": (anchors, 2),
        "rpn_deltas": (anchors, 4), "anchors": (anchors, 4), "proposals": (20, 4),
        "proposal_scores": (20,), "proposal_anchors": (20,), "box_features": (20, 7, 7, 8),
        "class_logits": (20, 5), "class_probs": (20, 5), "box_deltas": (20, 5, 4),
        "detection_boxes": (10, 4), "detection_class_ids": (10,), "detection_scores": (10,),
        "detection_rois": (10,), "mask_features": (10, 14, 14, 8),
        "masks_all_classes": (10, 28, 28, 5), "masks": (10, 28, 28),
    }  # fmt: skip
    assert {name: tensors[name].shape for name in shapes} == shapes
    assert set(tensors) - set(shapes) == {"window", "C3", "C4", "P3", "P4", "P5"}
    assert tensors["window"].box.tolist() == [14, 2, 114, 62]
    anchors, real = tensors["proposal_anchors"], tensors["proposal_scores"] >= 0
    np.testing.assert_array_equal(
        tensors["proposal_scores"][real], tensors["rpn_probs"][anchors[real], 1]
    )
    assert config.proposals == 20


# Inference


@pytest.mark.parametrize("fixture", ["tiny", "tiny_reference"])
def test_both_dialects_take_any_size(fixture, request):
    model = request.getfixturevalue(fixture)
    for size in ((1, 1), (64, 64), (37, 100), (200, 90), (90, 300)):
        image = noise(*size)
        found = model.detect(image, min_score=0.0)
        check_detections(found, image, model.config)
    assert len(found) > 0
    if model.config.integer_results:
        np.testing.assert_array_equal(found.boxes, np.round(found.boxes))


@pytest.mark.parametrize("fixture", ["tiny", "tiny_reference"])
def test_a_batch_is_its_images_one_by_one(fixture, request):
    model = request.getfixturevalue(fixture)
    images = [noise(100, 120, 1), noise(128, 128, 2), noise(70, 99, 3)]  # all molded to 128 x 128
    together = model.detect(images, min_score=0.0)
    assert isinstance(together, list)
    assert sum(len(found) for found in together) > 0
    for image, found in zip(images, together, strict=True):
        assert_same(found, model.detect(image, min_score=0.0), 1e-4)
        check_detections(found, image, model.config)


def test_a_list_of_unequal_images(trained):
    """Molded to 192 x 192 all three; alone, the second would be 128 x 128."""
    from maskrcnn_explained.data.scenes import Scenes

    scenes = Scenes("test", 3)
    images = [scenes[0].image, scenes[1].image[:110, :120], scenes[2].image[:, :190]]
    together = trained.detect(images, min_score=0.2)
    assert sum(len(found) for found in together) > 0
    assert [found.masks.shape[1:] for found in together] == [image.shape[:2] for image in images]
    for image, found in zip(images, together, strict=True):
        check_detections(found, image, trained.config)
    for i in (0, 2):  # molded to the largest size anyway: what they are alone
        assert_same(together[i], trained.detect(images[i], min_score=0.2), 1e-3)


def test_lists_of_one_and_none(tiny):
    image = noise(64, 64)
    assert tiny.detect([]) == []
    (found,) = tiny.detect([image])
    assert_same(found, tiny.detect(image), 1e-5)


def test_min_score(tiny):
    image = noise(64, 64)
    found = tiny.detect(image, min_score=0.0)
    assert len(found) > 1
    middle = float(found.scores[len(found) // 2])
    assert_same(tiny.detect(image, min_score=middle), found.above(middle), 1e-5)
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="min_score must lie in"):
            tiny.detect(image, min_score=wrong)


def test_nothing_found(tiny):
    image = noise(50, 80)
    found = tiny.detect(image, min_score=1.0)
    assert len(found) == 0 and found.class_names == []
    check_detections(found, image, tiny.config)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 5, 5), np.uint8), "1 to 4 channels"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((8, 8, 3), np.int64), "must be uint8"),
        (np.full((8, 8), np.nan), "NaN"),
        ("photo.png", "An image must be"),
    ],
)
def test_not_an_image(tiny, image, message):
    with pytest.raises(ValueError, match=message):
        tiny.detect(image)
    with pytest.raises(ValueError, match=message):
        tiny.detect([noise(64, 64), image])


def test_every_size_runs_through_one_trace(tiny):
    tiny.detect(noise(64, 64))
    before = tiny._infer.experimental_get_tracing_count()
    tiny.detect([noise(64, 64), noise(128, 70), noise(30, 30)])
    assert tiny._infer.experimental_get_tracing_count() == before


# XLA


def test_no_xla_on_a_machine_with_a_gpu(tiny_config, monkeypatch):
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    found = tf.config.list_physical_devices
    monkeypatch.setattr(
        tf.config, "list_physical_devices",
        lambda kind=None: [gpu] if kind == "GPU" else [*found(kind), gpu],
    )  # fmt: skip
    assert keras.Sequential([layers.Dense(1)]).jit_compile is True, "what Keras does by itself"
    model = build(tiny_config)
    assert model.jit_compile is False, "also before compile"
    model.compile(optimizer="sgd")
    assert model.jit_compile is False
    model.compile(optimizer="sgd", jit_compile="auto")
    assert model.jit_compile is False
    with pytest.warns(UserWarning, match="doesn't support `jit_compile=True`"):
        model.compile(optimizer="sgd", jit_compile=True)
    assert model.jit_compile is False


def test_layers_that_xla_cannot_compile_say_so(tiny):
    silent = {layer.name for layer in tiny.layers if not layer.supports_jit}
    assert silent == {"ROI", "roi_align_classifier", "mrcnn_detection", "roi_align_mask"}


# Other backbones, and saving


@keras.saving.register_keras_serializable("tests")
def mobilenet(image, config):
    """One of keras.applications as a backbone: the last map of each stride."""
    model = keras.applications.MobileNetV2(
        input_tensor=image / 127.5, alpha=0.35, include_top=False, weights=None
    )
    names = ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "out_relu")
    return [model.get_layer(name).output for name in names]


def convolutions(image, config):
    """The smallest backbone there is: four strided convolutions. Not registered."""
    maps, x = [], layers.Conv2D(4, 3, strides=2, padding="same")(image)
    for _ in range(4):
        x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
        maps.append(x)
    return maps


def run(model, image):
    """All named outputs for one molded image."""
    window, score = np.array([[0, 0, *image.shape[1:3]]], np.float32), np.zeros(1, np.float32)
    return model([image, window, score], training=False)


def assert_equal_outputs(model, again):
    image = np.random.default_rng(0).normal(0, 50, (1, 64, 128, 3)).astype(np.float32)
    outputs, outputs_again = run(model, image), run(again, image)
    assert outputs.keys() == outputs_again.keys()
    for name, value in outputs.items():
        np.testing.assert_array_equal(value, outputs_again[name], err_msg=name)


def test_keras_file_round_trip(tiny, tmp_path):
    tiny.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again, MaskRCNN) and again.config == tiny.config and again.seed == tiny.seed
    assert_equal_outputs(tiny, again)


def test_a_compiled_model_comes_back_compiled(tiny_config, tmp_path, recwarn):
    model = build(tiny_config)
    model.compile(optimizer=keras.optimizers.SGD(0.125))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.optimizer.learning_rate.numpy() == 0.125 and again.jit_compile is False
    assert not [str(w.message) for w in recwarn if "compile" in str(w.message)]


def test_weights_file_round_trip(tiny, tiny_config, tmp_path):
    tiny.save_weights(tmp_path / "model.weights.h5")
    again = build(tiny_config, seed=7)
    again.load_weights(tmp_path / "model.weights.h5")
    assert_equal_outputs(tiny, again)


def test_reference_dialect_survives_saving(tiny_reference, tmp_path):
    tiny_reference.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.config == tiny_reference.config and again.config.padding == REFERENCE["padding"]


def test_a_registered_backbone_runs_and_is_saved(tmp_path):
    model = build("scenes", **{**TINY, "backbone": mobilenet})
    assert "block_13_expand_relu" in {layer.name for layer in model.layers}
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.config.backbone is mobilenet
    assert_equal_outputs(model, again)


def test_an_unregistered_backbone_runs_but_cannot_be_saved(tiny_config, tmp_path):
    model = build(tiny_config, backbone=convolutions)
    check_detections(model.detect(noise(70, 60), min_score=0.0), noise(70, 60), model.config)
    with pytest.raises(
        ValueError, match="'convolutions' is not registered with Keras.*decorate it"
    ):
        model.save(tmp_path / "model.keras")
    nameless = build(tiny_config, backbone=functools.partial(convolutions))
    with pytest.raises(ValueError, match="'partial' is not registered with Keras"):
        nameless.get_config()


def test_a_backbone_that_is_gone_when_loading(tiny_config):
    config = build(tiny_config, backbone=convolutions_registered()).get_config()
    config["config"]["backbone"] = "tests>gone"
    with pytest.raises(ValueError, match="'tests>gone', which is not registered with Keras here"):
        MaskRCNN.from_config(config)


def convolutions_registered():
    return keras.saving.register_keras_serializable("tests", "convolutions")(convolutions_copy)


def convolutions_copy(image, config):
    return convolutions(image, config)


def test_a_wrong_backbone_is_told_so_when_the_model_is_built(tiny_config):
    with pytest.raises(ValueError, match="A backbone must return C2, C3, C4, C5 at strides"):
        build(tiny_config, backbone=lambda image, config: convolutions(image, config)[:3])


# Training


def squares(number, seed=0, size=64):
    """A scene of bright squares on noise: an image, masks and class ids."""
    rng = np.random.default_rng(seed)
    image, masks = rng.integers(0, 60, (size, size, 3), dtype=np.uint8), []
    for index in range(number):
        y, x = 4 + 30 * (index // 2), 4 + 30 * (index % 2)
        mask = np.zeros((size, size), bool)
        mask[y : y + 20, x : x + 24] = True
        image[mask] = 200
        masks.append(mask)
    masks = np.array(masks, bool).reshape(-1, size, size)
    return Sample(image, masks, np.ones(number, np.int32), seed)


def tensors_of(batch):
    return {name: tf.constant(value) for name, value in batch.items()}


def losses_and_gradients(model, batch):
    with tf.GradientTape() as tape:
        parts = model.compute_losses(batch, training=True)
        total = tf.add_n(parts)
    gradients = tape.gradient(total, model.trainable_variables)
    return [float(part) for part in parts], gradients


def all_finite(gradients):
    return all(np.isfinite(tf.convert_to_tensor(g)).all() for g in gradients if g is not None)


@pytest.mark.parametrize("dialect", [{}, REFERENCE], ids=["paper", "reference"])
@pytest.mark.parametrize("numbers", [(2, 0), (0, 0)], ids=["one empty", "all empty"])
def test_images_without_objects_give_no_nan(tiny_config, dialect, numbers):
    model = build(tiny_config, **dialect)
    batch = make_batch([squares(n, seed) for seed, n in enumerate(numbers)], model.config)
    parts, gradients = losses_and_gradients(model, tensors_of(batch))
    assert np.isfinite(parts).all() and all_finite(gradients)
    found = dict(zip(losses.NAMES, parts, strict=True))
    assert found["rpn_class_loss"] > 0 and found["mrcnn_class_loss"] > 0
    for name in ("rpn_bbox_loss", "mrcnn_bbox_loss", "mrcnn_mask_loss"):
        # The reference adds no ground truth to the proposals, so its heads may see no positive.
        assert found[name] >= 0 if any(numbers) else found[name] == 0
    if any(numbers):
        assert found["rpn_bbox_loss"] > 0


def test_every_weight_learns(tiny_config):
    model = build(tiny_config)
    batch = tensors_of(make_batch([squares(4, 1), squares(3, 2)], model.config))
    _, gradients = losses_and_gradients(model, batch)
    without = [
        v.path for v, g in zip(model.trainable_variables, gradients, strict=True) if g is None
    ]
    assert not without


def test_unequal_images_train_together(tiny_config):
    model = build(tiny_config)
    batch = make_batch([squares(2), squares(3, 1, size=100)], model.config)
    assert batch["images"].shape == (2, 128, 128, 3)
    parts, _ = losses_and_gradients(model, tensors_of(batch))
    assert np.isfinite(parts).all()


def test_losses_fall_on_one_batch(tiny_config):
    model = build(tiny_config)
    batch = tensors_of(make_batch([squares(4, 1), squares(2, 2)], model.config))
    model.compile(optimizer=keras.optimizers.Adam(0.01), run_eagerly=True)
    first = model.train_step(batch)["loss"].numpy()
    for _ in range(6):
        for tracker in model.metrics:
            tracker.reset_state()
        last = {name: value.numpy() for name, value in model.train_step(batch).items()}
    assert set(last) == {"loss", *losses.NAMES} and np.isfinite(list(last.values())).all()
    assert last["loss"] < 0.8 * first


def test_loss_weights_weigh_in_training_and_in_testing(tiny_config):
    weights = (1.0, 2.0, 3.0, 4.0, 0.0)
    model = build(tiny_config, loss_weights=weights)
    for layer in model.layers:
        layer.trainable = layer.name == "mrcnn_class_logits"  # one is enough here, and quick
    batch = tensors_of(make_batch([squares(4, 1)], model.config))
    for step in (model.test_step, model.train_step):
        model.compile(optimizer=keras.optimizers.SGD(0.0), run_eagerly=True)
        for tracker in model.metrics:
            tracker.reset_state()
        logs = {name: value.numpy() for name, value in step(batch).items()}
        expected = sum(w * logs[name] for w, name in zip(weights, losses.NAMES, strict=True))
        np.testing.assert_allclose(logs["loss"], expected, rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", [{}, REFERENCE], ids=["paper", "reference"])
def test_fit_overfits_a_batch_in_a_compiled_graph(tiny_config, dialect):
    model = build(tiny_config, **dialect)
    batch = make_batch([squares(4, 1), squares(2, 2)], model.config)
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    stream = tf.data.Dataset.from_tensors(batch).repeat()
    history = model.fit(stream, steps_per_epoch=20, epochs=5, verbose=0, shuffle=False).history
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert model.evaluate(stream, steps=1, verbose=0, return_dict=True).keys() == history.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coco-resnet50", "coco-resnet101"])
def test_full_size_models_run(name):
    model = build(name, image_max_side=256, image_min_side=256)
    image = noise(120, 150)
    check_detections(model.detect(image, min_score=0.0), image, model.config)

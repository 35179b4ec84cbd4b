"""The name of every weight."""

from maskrcnn_explained.stored.names import named_weights


def test_every_weight_has_one_name(tiny):
    named = named_weights(tiny)
    assert tuple(named["conv1/kernel"].shape) == (7, 7, 3, 8) and "rpn_conv_shared/bias" in named
    assert len(named) == len(tiny.weights)
    assert {id(variable) for variable in named.values()} == {id(v) for v in tiny.weights}

"""Pictures of pasted masks."""

import numpy as np

from maskrcnn_explained import viz


def test_sampled_pixel_shows_its_weights():
    small = np.zeros((28, 28))
    small[3, 4] = 0.5
    ax = viz.show_sampled_pixel(small, (3.9, 4.8), {(3, 4): 0.4, (4, 4): 0.6}, 0.2)
    assert [text.get_text() for text in ax.texts] == ["0.500 x 0.400", "0.000 x 0.600"]
    assert "0.200" in ax.get_title()


def test_splash_keeps_colour_in_masks_alone():
    image = np.tile(np.uint8([200, 30, 60]), (8, 8, 1))
    masks = np.zeros((1, 8, 8), bool)
    masks[0, :4] = True
    shown = viz.show_splash(image, masks).images[0].get_array()
    np.testing.assert_array_equal(shown[:4], image[:4])
    assert (np.ptp(shown[4:], axis=-1) == 0).all()

"""Four sliders that move an anchor: what a network has to predict."""

from __future__ import annotations

from collections.abc import Sequence

from maskrcnn_explained._arguments import check_arrays
from maskrcnn_explained.pages.widgets.widget import Widget, slider, svg


def deltas_widget(std: Sequence[float] = (0.1, 0.1, 0.2, 0.2)) -> Widget:
    """Four sliders move an anchor to a box, with the encoded numbers beside it.

    Args:
        std: four numbers above 0, by which deltas are divided.
    """
    check_arrays(std=(std, "4"))
    if min(std) <= 0:
        raise ValueError(f"std must be four numbers above 0; got {list(std)}.")
    texts = ("down", "right", "taller", "wider")
    names = ("dy", "dx", "dh", "dw")
    rows = "".join(
        f'<tr><td><label for="{name}">{name}, {text}</label></td>'
        f"<td>{slider(name, -1, 1, 0.05, start)}</td>"
        f'<td><output id="{name}-value"></output></td><td><output id="{name}-coded"></output></td>'
        "</tr>"
        for name, text, start in zip(names, texts, (0.2, 0.3, 0.4, -0.3), strict=True)
    )
    picture = svg("picture", (192, 192), "The anchor, dotted, and the moved box", scale=1.4)
    body = (
        f'<div class="row">{picture}'
        "<div><table><thead><tr><th></th><th></th><th>delta</th><th>divided by std</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
        '<p>moved box: (<output id="box"></output>), IoU with the anchor '
        '<output id="iou"></output></p></div></div>'
    )
    data = dict(anchor=[64, 64, 128, 128], std=list(std), side=192)
    alt = "an anchor that four sliders move"
    return Widget("deltas", "Deltas", body, data, height=300, alt=alt, core=("boxes",))

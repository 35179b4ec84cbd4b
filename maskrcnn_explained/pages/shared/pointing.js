// A picture that says where the pointer is.

/**
 * Tell a function of the point [y, x] under the mouse, of taps, and another one of steps by arrow
 * keys. `view` has svg, whose units are pixels.
 */
function watchPoint(view, hear, step) {
  const tell = (event) => hear(place(view.svg, event), event);
  view.svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") tell(event);
  });
  view.svg.addEventListener("pointerdown", tell);
  view.svg.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    step(by);
  });
}

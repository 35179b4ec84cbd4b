// Small helpers for HTML and for numbers in words; those for SVG are in frame.js.

/** An HTML element with attributes and children, which are text or elements. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

const say = (id, text) => {
  byId(id).textContent = text;
};

/** A number with so many digits after the point; never "-0.00". */
const fixed = (value, digits = 1) => value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "");

const list = (values, digits = 1) => `(${Array.from(values, (value) => fixed(value, digits)).join(", ")})`;

/** A whole number with commas: 30690 is "30,690". */
const count = (number) => Math.round(number).toLocaleString("en");

/** "1 box", "2 boxes". */
const several = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** Run a function once, soon after the last of many calls. */
function later(run, milliseconds = 0) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, milliseconds);
  };
}

/** A small square of a colour, before a word. */
const swatch = (colour) => make("span", { class: "swatch", style: `--own:${colour}`, "aria-hidden": "true" });

// Knobs: choices of the model that can be changed here. Every later stage follows. A page without
// the network says what was chosen.
const knobs = [];
const changed = ({ field, read }) => read(state.settings) !== read(START);
const anyChanged = () => knobs.some(changed);

/** A slider for a number of the settings. */
function rangeKnob(parent, field, label, { low, high, step, digits = 2, help = "" }) {
  if (!LIVE) return sayChoice(parent, field, label, fixed(START[field], digits), help);
  const id = `knob-${field}`,
    input = make("input", { type: "range", id, min: low, max: high, step });
  const value = make("output", { for: id });
  const box = make(
    "div",
    { class: "knob" },
    make("div", { class: "knob-head" }, make("label", { for: id }, label), resetButton(field, label), value),
    input,
  );
  if (help) box.append(make("span", { class: "hint" }, help));
  parent.append(box);
  const knob = {
    field,
    label,
    box,
    read: (settings) => settings[field],
    write: (settings, to) => {
      settings[field] = to;
    },
  };
  knob.show = () => {
    input.value = state.settings[field];
    value.textContent = fixed(state.settings[field], digits);
  };
  input.addEventListener("input", () => turnKnob(knob, Number(input.value)));
  return addKnob(knob);
}

/** Buttons for one of several values. `read` and `write` say what a value means in the settings. */
function choiceKnob(parent, field, label, options, { read, write }) {
  const chosen = options.find(([value]) => value === read(START))?.[1];
  if (!LIVE) return sayChoice(parent, field, label, chosen ?? String(read(START)));
  const box = make("fieldset", { class: "knob" }, make("legend", {}, label));
  for (const [value, words] of options) {
    const input = make("input", { type: "radio", name: field, value });
    input.addEventListener("change", () => turnKnob(knob, value));
    box.append(make("label", { class: "pill" }, input, make("span", {}, words)));
  }
  box.append(resetButton(field, label));
  parent.append(box);
  const knob = { field, label, box, read, write };
  knob.show = () => {
    for (const input of box.querySelectorAll("input"))
      input.checked = input.value === String(read(state.settings));
  };
  return addKnob(knob);
}

/** What the model has, where it cannot be changed. */
function sayChoice(parent, field, label, text, help = "") {
  const words = make("div", { class: "knob-head" }, make("span", {}, label), make("strong", {}, text));
  parent.append(make("div", { class: "choice", "data-field": field }, words));
  if (help) parent.lastChild.append(make("span", { class: "hint" }, help));
}

function resetButton(field, label) {
  const button = make(
    "button",
    { type: "button", class: "reset", "data-field": field, "aria-label": `Reset: ${label}` },
    "reset",
  );
  button.addEventListener("click", () => {
    const knob = knobs.find((one) => one.field === field);
    turnKnob(knob, knob.read(START));
  });
  return button;
}

function addKnob(knob) {
  knobs.push(knob);
  showKnob(knob);
  return knob;
}

function showKnob(knob) {
  knob.show();
  knob.box.classList.toggle("changed", changed(knob));
}

function turnKnob(knob, value) {
  knob.write(state.settings, value);
  showKnob(knob);
  announce("settings");
}

function resetKnobs() {
  state.settings = structuredClone(START);
  knobs.forEach(showKnob);
  announce("settings");
}

// 10 Every tensor by its name, as Python lists them.
const tensors = addSection(
  "tensors",
  "Every named tensor: what Python has",
  "Each of them can be asked for by its name.",
);
tensors.body.append(make("pre", { class: "table", tabindex: 0, "aria-label": "All tensors" }, DATA.table));

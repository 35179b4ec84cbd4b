// The recipe of a cell in numbers and words, and its whole vector as bars.

/** The vector of a cell as bars around zero; a click on one shows its channel. */
function vectorBars(numbers, shown) {
  const most = Math.max(...Array.from(numbers, Math.abs), 1e-9),
    width = numbers.length;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({
    class: "bars",
    viewBox: `0 -1 ${width} 2`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `The ${width} numbers of the cell`,
  }))
    svg.setAttribute(name, value);
  numbers.forEach((value, i) =>
    draw(svg, "rect", {
      x: i + 0.1,
      width: 0.8,
      y: value > 0 ? -value / most : 0,
      height: Math.abs(value) / most,
      class: `${value > 0 ? "plus" : "minus"}${i === shown ? " shown" : ""}`,
    }),
  );
  svg.addEventListener("click", (event) => {
    shownMap.channel = clamp(Math.floor(place(svg, event)[1]), 0, width - 1);
    showMap();
  });
  return svg;
}

/** What a cell is made of. Without a channel, its strongest one is taken. */
function showRecipe(name, cell, channel) {
  const numbers = vectorOf(name, cell),
    level = Number(name[1]);
  const taken = channel >= 0 ? channel : strongest(numbers ?? [0]);
  const value = numbers && fixed(numbers[taken], 2);
  recipe.replaceChildren();
  if (numbers)
    recipe.append(
      make(
        "p",
        { class: "caption" },
        `The ${numbers.length} numbers of cell ${list(cell, 0)} of ${name}. Channel ${taken} is ` +
          `${value}; click a bar to see its channel.`,
      ),
      vectorBars(numbers, taken),
    );
  if (name[0] === "C")
    recipe.append(
      make(
        "p",
        {},
        `${name} comes from the backbone: convolutions over ${level > 2 ? `C${level - 1}` : "the picture"}, ` +
          "which learned what to look for.",
      ),
    );
  else if (level === 6)
    recipe.append(
      make(
        "p",
        {},
        `P6 is every second cell of P5: this one is cell ${list(
          cell.map((i) => 2 * i),
          0,
        )} there.`,
      ),
    );
  else if (FPN_WEIGHTS[`fpn_p${level}`]) showSum(level, cell, taken, value);
}

/** Both steps in numbers: the sum, and the 3x3 convolution over nine of them. */
function showSum(level, cell, channel, value) {
  const { inner, depth, side, above, sums, weights, own, rest, bias } = recipeOf(level, cell, channel),
    name = `P${level}`;
  const steps = make("div", { class: "steps-row" }, nineTable(side, `1x1 of C${level}`, levelColour(`C${level}`)));
  if (above)
    steps.append(
      sign("+"),
      nineTable(above, `P${level + 1}′, enlarged`, levelColour(`P${level + 1}`)),
      sign("="),
      nineTable(sums, `${name}′`, levelColour(name)),
    );
  steps.append(sign("×"), nineTable(weights, "weights of the 3x3"));
  recipe.append(
    make(
      "p",
      {},
      `What is it made of? First ${name}′: a 1x1 convolution of C${level}` +
        (above ? `, plus P${level + 1}′ enlarged twice (one of its cells covers 2 x 2 here). ` : ". ") +
        `Then ${name}: a 3x3 convolution over nine cells of ${name}′. Here in inner channel ${inner}, which adds most:`,
    ),
    steps,
    make(
      "p",
      { class: "total" },
      `Nine products give ${fixed(own, 2)}; the ${depth - 1} other inner channels give ` +
        `${fixed(rest, 2)}, the bias ${fixed(bias, 2)}: together `,
      make("strong", {}, value),
      `, channel ${channel} of ${name}.`,
    ),
  );
}

// Nine numbers around a cell, as a 3x3 convolution reads them: tables in a row, with signs between.

/** A table of 3 x 3 numbers: positive ones on orange, negative ones on blue. */
function nineTable(values, caption, colour) {
  const most = Math.max(...values.map(Math.abs), 1e-9),
    table = make("table", { class: "nine", style: colour ? `--own:${colour}` : undefined });
  const cells = values.map((value, k) => {
    const strength = (0.5 * Math.abs(value)) / most,
      tone = value > 0 ? "230,120,0" : "0,120,220";
    const style = `background:rgba(${tone},${strength.toFixed(2)})`;
    return make("td", { class: k === 4 ? "own" : "", style }, fixed(value, 2));
  });
  table.append(make("caption", {}, caption));
  for (const start of [0, 3, 6]) table.append(make("tr", {}, ...cells.slice(start, start + 3)));
  return table;
}

const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);

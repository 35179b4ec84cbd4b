// The anchors of all levels, computed from those of the first cell of each; see `anchor_grid`.

/** Anchor r of a cell of a level. */
function anchorBox(level, row, column, r) {
  const [y1, x1, y2, x2] = level.first[r], [down, right] = [row * level.step[0], column * level.step[1]];
  return [y1 + down, x1 + right, y2 + down, x2 + right];
}

/** The cell of a level that holds a point. */
const cellAt = (level, [y, x]) => [
  clamp(Math.floor(y / level.step[0]), 0, level.rows - 1), clamp(Math.floor(x / level.step[1]), 0, level.columns - 1)];

const cellBox = (level, row, column) =>
  [row * level.step[0], column * level.step[1], (row + 1) * level.step[0], (column + 1) * level.step[1]];

// Where each pooling operator reads a map for one box: its sampling points, to be drawn.

const ALIGNS = ["roi_align", "roi_align_unaligned"];

// Rows y and columns x of the sampling points, pixels of the molded image: {y, x}; every row meets
// every column. RoIPool reads the centres of cells. mapSize: [h, w] of the map, cells.
export function samplingPoints(operator, box, size, stride, mapSize) {
  const [y1, x1, y2, x2] = box;
  return {
    y: axisPoints(operator, y1, y2, size, stride, mapSize[0]),
    x: axisPoints(operator, x1, x2, size, stride, mapSize[1]),
  };
}

// The sampling points along one axis, pixels.
function axisPoints(operator, low, high, size, stride, cells) {
  const places = (number) => Array.from({length: number}, (_, place) => place);
  if (ALIGNS.includes(operator)) {
    const aligned = operator === "roi_align";
    const late = aligned ? 0 : stride / 2; // unaligned: half a cell further
    const end = aligned ? high : Math.max(high, low + stride);
    return places(2 * size).map((i) => low + late + ((i + 0.5) * (end - low)) / (2 * size));
  }
  if (operator === "crop_and_resize") {
    const last = high - 1; // the last pixel inside the box
    const pixels = places(size).map((i) =>
      size > 1 ? low + (i * (last - low)) / (size - 1) : (low + last) / 2);
    return pixels.map((pixel) => ((pixel * (cells - 1)) / (cells * stride - 1) + 0.5) * stride);
  }
  const first = Math.floor(low / stride + 0.5);
  const count = Math.max(Math.floor(high / stride + 0.5) - first, 1);
  return places(count).map((i) => (first + i + 0.5) * stride);
}

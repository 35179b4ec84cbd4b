// What a page holds is packed: base64 of gzip.

// The bytes of a packed text.
export async function unpack(text) {
  const packed = Uint8Array.fromBase64?.(text)
    ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Numbers of 16 bits as numbers of 32 bits.
export function fromHalf(bytes) {
  return Float32Array.from(new Uint16Array(bytes.slice().buffer), (bits) => {
    const part = bits & 1023, power = (bits >> 10) & 31;
    const size = power ? (1 + part / 1024) * 2 ** (power - 15) : part * 2 ** -24;
    return bits >> 15 ? -size : size;
  });
}

const KINDS = {
  Float32Array: (bytes) => new Float32Array(bytes.buffer),
  Int32Array: (bytes) => new Int32Array(bytes.buffer),
  half: fromHalf,
};

// Packed typed arrays by name: {name: {type, data}} gives {name: array}.
export async function unpackArrays(named) {
  const entries = Object.entries(named).map(async ([name, {type, data}]) =>
    [name, KINDS[type](await unpack(data))]);
  return Object.fromEntries(await Promise.all(entries));
}

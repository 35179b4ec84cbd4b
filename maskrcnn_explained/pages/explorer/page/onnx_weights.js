// The weights of the FPN's last convolutions, read from the file of the network itself.
// An ONNX file is a message of protobuf: fields with a number, some of which are messages again.
const [GRAPH, INITIALIZER, NAME, RAW_DATA] = [7, 5, 8, 9]; // the numbers of the fields that are read

/** The fields of a message, one after the other: [number, value]; a value is a number or bytes. */
function* fieldsOf(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0,
      scale = 1,
      byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  while (at < bytes.length) {
    const key = varint(),
      kind = key & 7;
    if (kind === 0) yield [key >> 3, varint()];
    else {
      const length = kind === 2 ? varint() : kind === 1 ? 8 : 4;
      at += length;
      yield [key >> 3, bytes.subarray(at - length, at)];
    }
  }
}

/** All weights of a network: name -> bytes. */
function initializersOf(model) {
  const found = new Map(),
    letters = new TextDecoder();
  for (const [number, graph] of fieldsOf(model))
    if (number === GRAPH)
      for (const [kind, tensor] of fieldsOf(graph))
        if (kind === INITIALIZER) {
          const parts = new Map(fieldsOf(tensor));
          found.set(letters.decode(parts.get(NAME)), parts.get(RAW_DATA));
        }
  return found;
}

/** Read the weights from base64 of gzip; numbers of 32 bits if the file is larger. */
async function readFpnWeights(text) {
  const weights = initializersOf(await core.unpack(text));
  for (const [name, bytes] of weights) {
    const layer = name.match(/\/(fpn_p\d)_\d+\/convolution\//)?.[1];
    const bias =
      layer && [...weights].find(([other]) => other.includes(`/${layer}_`) && other.includes("Squeeze"))?.[1];
    if (!bias) continue;
    const depth = bias.length / 4,
      half = bytes.length === 9 * depth * depth * 2;
    const whole = (values) => new Float32Array(values.slice().buffer);
    FPN_WEIGHTS[layer] = { kernel: half ? core.fromHalf(bytes) : whole(bytes), bias: whole(bias) };
  }
  if (state.result) showCell();
}

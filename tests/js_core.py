"""Call functions of `pages/core/*.js` from Python: in Node, or else in Chromium."""

import base64
import contextlib
import json
import shutil
import subprocess

import numpy as np

from maskrcnn_explained.pages.bundle import core_files, namespace

DTYPES = {
    "Float32Array": np.float32,
    "Int32Array": np.int32,
    "Uint8Array": np.uint8,
    "Float64Array": np.float64,
}
KINDS = {np.dtype(dtype): name for name, dtype in DTYPES.items()}
# Typed arrays travel as base64 of their bytes.
CODEC = """
const KINDS = {Float32Array, Int32Array, Uint8Array, Float64Array};
function pack(value) {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192)
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return {type: value.constructor.name, bytes: btoa(text)};
  }
  if (Array.isArray(value)) return value.map(pack);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, pack(inner)]));
}
function unpack(value) {
  if (Array.isArray(value)) return value.map(unpack);
  if (value === null || typeof value !== "object") return value;
  if (value.bytes !== undefined) {
    const bytes = Uint8Array.from(atob(value.bytes), (c) => c.charCodeAt(0));
    return new KINDS[value.type](bytes.buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unpack(inner)]));
}
"""
# Function, arguments, and a list of further ones: one call for each of them, or a single call.
CALL = (
    CODEC
    + """
function answer([name, given, each]) {
  const first = given.map(unpack);
  if (!each) return pack(core[name](...first));
  return each.map((more) => pack(core[name](...first, ...more.map(unpack))));
}
"""
)
# One question per line, one answer per line.
NODE = """
require("readline").createInterface({input: process.stdin}).on("line", (line) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\\n");
});
"""


def pack(value):
    """What JSON can hold: arrays become typed arrays (64-bit whole numbers those of 32)."""
    if isinstance(value, np.ndarray):
        if value.dtype == np.int64:
            value = value.astype(np.int32)
        flat = np.ascontiguousarray(value)
        return dict(type=KINDS[value.dtype], bytes=base64.b64encode(flat.tobytes()).decode())
    if isinstance(value, (list, tuple)):
        return [pack(inner) for inner in value]
    if isinstance(value, dict):
        return {name: pack(inner) for name, inner in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def unpack(value):
    """The way back: typed arrays become arrays, tensors {data, shape} arrays of their shape."""
    if isinstance(value, list):
        return [unpack(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"type", "bytes"}:
        return np.frombuffer(base64.b64decode(value["bytes"]), DTYPES[value["type"]])
    opened = {name: unpack(inner) for name, inner in value.items()}
    if set(opened) == {"data", "shape"}:
        return opened["data"].reshape(opened["shape"])
    return opened


def tensor(array):
    """An array as core's tensors are."""
    return dict(data=array, shape=list(array.shape))


@contextlib.contextmanager
def core_in_node():
    """A function that calls functions of core in one process of Node."""
    script = namespace("core", *core_files()) + CALL + NODE
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with subprocess.Popen([shutil.which("node"), "-e", script], **pipes) as process:

        def call(name, *arguments, each=None):
            process.stdin.write(json.dumps([name, pack(arguments), pack(each)]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, f"core.{name} failed; see what Node wrote"
            return unpack(json.loads(line))

        yield call
        process.stdin.close()


def core_in_page(page):
    """The same in a page of Chromium."""
    page.add_script_tag(content=namespace("core", *core_files()) + CALL)
    ask = "(question) => answer(question)"

    def call(name, *arguments, each=None):
        return unpack(page.evaluate(ask, [name, pack(arguments), pack(each)]))

    return call

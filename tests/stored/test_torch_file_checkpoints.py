"""Files of PyTorch with more than tensors: checkpoints of training scripts, and programs."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from helpers import same_arrays
from torch_files import name, number, of_array, program, table, text, zip_of

from maskrcnn_explained.stored.torch_file import is_torch_file, torch_arrays

FLOATS = np.arange(6, dtype=np.float32)
ONE = {"data/0": FLOATS.tobytes()}  # the parts of a zip with one storage
WHOLE = of_array("0", FLOATS)


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_checkpoint_with_numbers_of_numpy_and_a_device(protocol):
    pickled = {value: pickle.dumps(value, protocol) for value in (np.float64(0.5), np.int64(3))}
    plain = [content[11 if protocol == 4 else 2 : -1] for content in pickled.values()]
    device = name("torch", "device") + text("cuda") + number(0) + b"\x86R"
    entries = {"ap": plain[0], "epoch": plain[1], "device": device}
    content = zip_of(program(table(entries | {"model": table({"a": WHOLE})})), ONE)
    assert same_arrays(torch_arrays(content), {"a": FLOATS})
    with pytest.raises(ValueError, match="entry 'ap' of its state dict is no tensor"):
        torch_arrays(zip_of(program(table({"a": WHOLE} | entries)), ONE))


def test_a_checkpoint_with_other_plain_values():
    for module, inner in (("torch", "float32"), ("__builtin__", "set")):
        body = table({"a": WHOLE, "b": name(module, inner)})
        with pytest.raises(ValueError, match=f"it names {module}.{inner}, which this reader does"):
            torch_arrays(zip_of(program(body), ONE))


def test_torchscript():
    """A program with its weights. Its code is compressed; `torch.save` compresses nothing."""
    more = {"constants.pkl": b"\x80\x02).", "code/a.py": b""}
    content = zip_of(program(table({"a": WHOLE})), ONE | more)
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, old.read(part))
    for kind in (content, memory.getvalue()):
        assert is_torch_file(kind)
        with pytest.raises(ValueError, match=r"is TorchScript.*`torch.jit.load`.*`torch.save`"):
            torch_arrays(kind)

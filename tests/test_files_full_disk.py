"""A full disk: writing fails with the disk's own words, and the old file stays."""

import errno

import pytest
from full_disk import KINDS, full_disk

from maskrcnn_explained._files import DISK_FAILED, write_bytes
from maskrcnn_explained.export.saved_model import export_saved_model
from maskrcnn_explained.weights.file import save_weights

WRITERS = {
    "w.h5": save_weights,
    "c.weights.h5": lambda model, path: model.save_weights(path),
    "m.keras": lambda model, path: model.save(path),
    "text.txt": lambda _, path: write_bytes(path, bytes(50_000)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_the_old_file(tiny, tmp_path, name, kind):
    """HDF5 itself would end this process here, with signal 11."""
    old = tmp_path / name
    old.write_text("old")
    with full_disk(kind, tmp_path), pytest.raises(OSError, match="too large|No space") as error:
        WRITERS[name](tiny, old)
    assert error.value.errno in (errno.EFBIG, errno.ENOSPC) and str(old) in str(error.value)
    assert old.read_text() == "old" and list(tmp_path.iterdir()) == [old]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_no_half_export(tiny, tmp_path, kind):
    with full_disk(kind, tmp_path), pytest.raises(OSError, match="too large|No space") as error:
        export_saved_model(tiny, tmp_path / "served")
    assert error.value.errno in DISK_FAILED and list(tmp_path.iterdir()) == []

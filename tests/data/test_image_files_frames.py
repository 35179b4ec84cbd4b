"""Several frames are refused; one picture in a container is read."""

import warnings

import numpy as np
import pytest
import tifffile
from picture_files import (
    DEEP,
    GREY,
    PICTURE,
    STACK,
    exif_of,
    quiet_read,
)
from PIL import Image

from maskrcnn_explained.data.image_files import (
    ImageFileError,
    ImageHeader,
    read_header,
    read_image,
)


def stack_of(tmp_path, kind):
    """A file of several frames, and how many."""
    path = tmp_path / f"a.{'tif' if 'tif' in kind else kind}"
    frames = [Image.fromarray(frame) for frame in STACK]
    if kind == "tif of pages":
        frames[0].save(path, save_all=True, append_images=frames[1:])
    elif kind == "tif of three pages":
        tifffile.imwrite(path, STACK[:3], photometric="minisblack")
    elif kind == "tif of 16 bits":
        tifffile.imwrite(path, STACK.astype(np.uint16) * 257, photometric="minisblack")
    elif kind == "tif of one page":
        with tifffile.TiffWriter(path) as writer:
            writer.write(STACK, photometric="minisblack", contiguous=True, metadata=None)
    elif kind == "tif of imagej":
        tifffile.imwrite(path, STACK.reshape(2, 2, 40, 60), imagej=True, metadata={"axes": "ZCYX"})
    elif kind == "tif of ome":
        tifffile.imwrite(path, STACK, ome=True, metadata={"axes": "CYX"}, photometric="minisblack")
    elif kind == "tif of planes":
        tifffile.imwrite(path, STACK, photometric="minisblack", planarconfig="separate")
    elif kind == "tif of depth":
        tifffile.imwrite(path, STACK, photometric="minisblack", volumetric=True, tile=(4, 16, 16))
    elif kind == "tif of sizes":
        frames[0].save(path, save_all=True, append_images=[frames[1].resize((50, 30))])
    else:
        frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    return path, {"tif of three pages": 3, "tif of sizes": 2}.get(kind, 4)


@pytest.mark.parametrize(
    "kind",
    [
        "tif of pages",
        "tif of three pages",
        "tif of 16 bits",
        "tif of one page",
        "tif of imagej",
        "tif of ome",
        "tif of planes",
        "tif of depth",
        "tif of sizes",
        "gif",
        "webp",
        "png",
        "avif",
    ],
)
def test_several_frames_are_refused(tmp_path, kind):
    path, count = stack_of(tmp_path, kind)
    for read in (read_header, read_image):
        with pytest.raises(ImageFileError, match=rf"^\S*{path.name} .*holds {count} .*save"):
            read(path)


def test_one_slice_is_one_picture(tmp_path):
    for name, more in (("a.tif", {"imagej": True}), ("b.tif", {"ome": True}), ("c.tif", {})):
        tifffile.imwrite(tmp_path / name, STACK[1:2], **more)
        assert (quiet_read(tmp_path / name) == 80).all()
    Image.fromarray(GREY).save(tmp_path / "a.gif")
    assert (quiet_read(tmp_path / "a.gif")[..., 0] == GREY).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_planes_of_red_green_and_blue_are_one_picture(tmp_path, dtype, compression):
    image = PICTURE.astype(dtype)
    if dtype != "uint8":
        image = (PICTURE.astype(float) * {"uint16": 257, "float32": 1 / 255}[dtype]).astype(dtype)
    planes = np.moveaxis(image, -1, 0)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, planes, photometric="rgb", planarconfig="separate", compression=compression
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert abs(read_image(path).astype(int) - PICTURE).max() <= 1


def test_thumbnails_and_smaller_levels_are_no_frames(tmp_path):
    small = PICTURE[::4, ::4].copy()
    with tifffile.TiffWriter(tmp_path / "behind.tif") as writer:
        writer.write(PICTURE, photometric="rgb", metadata=None)
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
    with tifffile.TiffWriter(tmp_path / "before.tif") as writer:
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
        writer.write(PICTURE, photometric="rgb", metadata=None)
    with tifffile.TiffWriter(tmp_path / "pyramid.tif") as writer:
        writer.write(PICTURE, photometric="rgb", subifds=1, metadata=None)
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
    for name in ("behind.tif", "before.tif", "pyramid.tif"):
        assert read_header(tmp_path / name).stored == (40, 96)
        assert (quiet_read(tmp_path / name) == PICTURE).all()


def test_mpo_from_a_phone_is_its_first_picture(tmp_path):
    path = tmp_path / "a.jpg"
    preview = Image.fromarray(PICTURE[::2, ::2].copy())
    photo = Image.fromarray(PICTURE)
    photo.save(path, "MPO", save_all=True, append_images=[preview], exif=exif_of(6), quality=95)
    assert Image.open(path).format == "MPO"
    assert read_header(path) == ImageHeader(stored=(40, 96), upright=(96, 40), orientation=6)
    assert abs(quiet_read(path).astype(int) - np.rot90(PICTURE, -1)).mean() < 6


def test_unknown_channels(tmp_path):
    path = tmp_path / "a.tif"
    infrared = np.dstack([PICTURE, PICTURE[..., :1]])
    for dtype, factor in (("uint8", 1), ("uint16", 257)):
        image = (infrared.astype(int) * factor).astype(dtype)
        tifffile.imwrite(path, image, photometric="rgb", extrasamples=[0])
        with pytest.warns(UserWarning, match="a.tif has 4 channels: only the first 3"):
            assert (read_image(path) == PICTURE).all()
    many = np.dstack([PICTURE] * 3)
    tifffile.imwrite(path, many, photometric="rgb", extrasamples=[2, 0, 0, 0, 0, 0])
    with pytest.warns(UserWarning, match="a.tif has 9 channels: only the first 4"):
        assert read_image(path).shape == PICTURE.shape
    tifffile.imwrite(path, GREY.astype(np.int8))
    with pytest.raises(ImageFileError, match="signed"):
        read_image(path)
    tifffile.imwrite(path, infrared, photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageFileError, match="not colours"):
        read_image(path)


def test_raw_data_of_a_camera(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.dng") as writer:
        writer.write(PICTURE, photometric="rgb", subfiletype=1, subifds=1, metadata=None)
        writer.write(DEEP, photometric=32803, metadata=None, extratags=[(33421, "H", 2, (2, 2))])
    with pytest.raises(ImageFileError, match="a.dng .* raw data of a camera"):
        read_header(tmp_path / "a.dng")

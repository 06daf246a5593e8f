"""Writes Cases/: archives as numpy and PyTorch write them.

    python3 make_cases.py        (numpy 2.4; the same bytes again with the same versions)
"""
import io
import pathlib
import struct
import zipfile
import zlib

import numpy as np

cases = pathlib.Path(__file__).parent / "Cases"
cases.mkdir(exist_ok=True)

# Archives of numpy: every element type that is read, both byte orders, both orders of axes.
numbers = np.array([[1.5, -2, 3], [0, 1e-3, -65504]])
arrays = {
    "float32": numbers.astype("<f4"),
    "float64": numbers.astype("<f8"),
    "float16": np.array([[1.5, -2, 3], [0, 6e-8, -65504]], "<f2"),
    "big_float32": numbers.astype(">f4"),
    "big_float64": numbers.astype(">f8"),
    "big_int64": np.array([-1, 2**40], ">i8"),
    "fortran": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
    "bool": np.array([True, False]),
    "uint8": np.array([0, 255], "u1"),
    "int8": np.array([-128, 127], "i1"),
    "int16": np.array([-32768, 32767], "<i2"),
    "uint16": np.array([0, 65535], "<u2"),
    "int32": np.array([-(2**31), 2**31 - 1], "<i4"),
    "uint32": np.array([0, 2**32 - 1], "<u4"),
    "int64": np.array([-(2**63), 2**63 - 1], "<i8"),
    "scalar": np.array(2.5, "<f4"),
    "empty": np.zeros((0, 4), "<f4"),
    "a/b:größe": np.array([7], "<f4"),
    "long": np.tile(np.arange(1000, dtype="<f4"), 100),  # more than one piece
}
np.savez(cases / "stored.npz", **{name: arrays[name] for name in arrays if name != "long"})
np.savez_compressed(cases / "deflated.npz", **arrays)

# What is not read: objects, texts, structures, complex numbers.
np.savez(
    cases / "odd.npz", objects=np.array([{"a": 1}], dtype=object), texts=np.array(["a", "b"]), bytes=np.array([b"a"]),
    structure=np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4", (2,))]), complex=np.array([1j]), fine=np.ones(2, "<f4"))


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """A pipe: zipfile then leaves sizes out of the local headers and writes them behind the data."""

    def __init__(self):
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += data
        return len(data)


pipe = Unseekable()
with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo("x.npy"), npy(arrays["float32"]), zipfile.ZIP_DEFLATED)
    archive.writestr(zipfile.ZipInfo("y.npy"), npy(arrays["int64"]), zipfile.ZIP_STORED)
    archive.comment = b"from a pipe"
(cases / "pipe.npz").write_bytes(pipe.bytes)

# As PyTorch's writer does it, also for a small file: no sizes in local headers, padding in their extra field so that data begin at
# multiples of 64, sizes and offset in 64 bits in the directory, and a 64-bit end record.
body, directory = b"", b""
contents = {"model/x.npy": npy(arrays["float32"]), "model/y.npy": npy(arrays["int64"])}
for name, data in contents.items():
    offset, encoded = len(body), name.encode()
    padding = -(offset + 30 + len(encoded) + 4) % 64
    body += struct.pack("<4s5H3I2H", b"PK\3\4", 0, 0x808, 0, 0, 0, 0, 0, 0, len(encoded), 4 + padding) + encoded
    body += struct.pack("<2sH", b"FB", padding) + b"Z" * padding + data
    body += struct.pack("<4sI2Q", b"PK\7\x08", zlib.crc32(data), len(data), len(data))
    extra = struct.pack("<2H3Q", 1, 24, len(data), len(data), offset)
    directory += struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 45, 45, 0x808, 0, 0, 0, zlib.crc32(data), 0xFFFFFFFF, 0xFFFFFFFF, len(encoded), len(extra), 0, 0, 0, 0,
        0xFFFFFFFF) + encoded + extra
end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, len(contents), len(contents), len(directory), len(body))
locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(body) + len(directory), 1)
last = struct.pack("<4s4H2IH", b"PK\5\6", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
(cases / "torch.zip").write_bytes(body + directory + end + locator + last)
with zipfile.ZipFile(cases / "torch.zip") as archive:
    assert archive.testzip() is None

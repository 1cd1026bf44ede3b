"""Reads the LSTM recogniser of a Tesseract model (`.traineddata`, the int8 ones of tessdata_fast).

The format is that of Tesseract 4 and 5: `TessdataManager`, `Network::Serialize` and `WeightMatrix::Serialize`.
"""

import struct
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

LSTM, UNICHARSET, RECODER = 17, 21, 22
PLUMBING = ("Series", "RTLReversed", "XYTranspose")
INT8, DOUBLE_SCALES = 1, 128
LAYER_RATES = 64
# Characters that the unicharset names by words.
NAMED = {"NULL": " ", "Joined": "", "|Broken|0|1": ""}


@dataclass
class Matrix:
    """Weights, outputs x (inputs + 1), the bias last, and the step of each output."""

    weights: np.ndarray
    steps: np.ndarray


@dataclass
class Layer:
    kind: str
    outputs: int
    parts: list["Layer"] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)
    sizes: tuple[int, ...] = ()


@dataclass
class Recogniser:
    network: Layer
    blank: int
    # What each class writes: a character, a part of one that NFC composes (jamo, accents), or nothing.
    characters: list[str]


class Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        if self.at > len(self.data):
            raise SystemExit("the model ends early")
        return self.data[self.at - count : self.at]

    def number(self, kind: str):
        return struct.unpack("<" + kind, self.take(struct.calcsize(kind)))[0]

    def numbers(self, kind: str, count: int) -> tuple:
        return tuple(self.number(kind) for _ in range(count))

    def string(self) -> str:
        return self.take(self.number("I")).decode()

    def array(self, kind: str, shape: tuple[int, ...]) -> np.ndarray:
        count = int(np.prod(shape)) * np.dtype(kind).itemsize
        return np.frombuffer(self.take(count), kind).reshape(shape)


def read_recogniser(path: Path) -> Recogniser:
    parts = read_components(path.read_bytes())
    reader = Reader(parts[LSTM])
    network = read_layer(reader)
    reader.string()  # the network's specification
    reader.take(12)  # training flags, iterations, samples
    blank = reader.number("i")
    return Recogniser(network, blank, read_characters(parts[UNICHARSET], parts[RECODER]))


def read_components(data: bytes) -> dict[int, bytes]:
    reader = Reader(data)
    offsets = reader.numbers("q", reader.number("I"))
    ends = sorted([o for o in offsets if o >= 0] + [len(data)])
    return {i: data[o : ends[ends.index(o) + 1]] for i, o in enumerate(offsets) if o >= 0}


def read_layer(reader: Reader) -> Layer:
    reader.take(1)
    kind = reader.string()
    reader.take(2)
    flags, _, outputs, _ = reader.numbers("i", 4)
    reader.string()
    layer = Layer(kind, outputs)
    if kind == "Input":
        layer.sizes = reader.numbers("i", 5)
    elif kind in PLUMBING:
        layer.parts = [read_layer(reader) for _ in range(reader.number("I"))]
        if flags & LAYER_RATES:
            reader.take(4 * reader.number("I"))
    elif kind in ("Convolve", "Maxpool"):
        layer.sizes = reader.numbers("i", 2)
    elif kind in ("LSTM", "SummLSTM"):
        layer.sizes = reader.numbers("i", 1)
        layer.matrices = [read_matrix(reader) for _ in range(4)]
    elif kind in ("Tanh", "Softmax"):
        layer.matrices = [read_matrix(reader)]
    else:
        raise SystemExit(f"a layer of an unknown kind: {kind}")
    return layer


def read_matrix(reader: Reader) -> Matrix:
    mode, needed = reader.number("B"), INT8 | DOUBLE_SCALES
    if mode & needed != needed:
        raise SystemExit("the weights are no 8-bit numbers")
    shape = reader.numbers("I", 2)
    reader.take(1)
    weights = reader.array("i1", shape)
    steps = reader.array("<f8", (reader.number("I"),))[: shape[0]]
    return Matrix(weights, steps.astype(np.float32))


def read_characters(unicharset: bytes, recoder: bytes) -> list[str]:
    """What each class writes. Most characters have one class; Hangul has one for each jamo, others one for an accent."""
    lines = unicharset.decode().split("\n")
    names = [line.split(" ")[0] for line in lines[1 : int(lines[0]) + 1]]
    reader = Reader(recoder)
    written: dict[int, str] = {}
    for name in names[: reader.number("I")]:
        reader.take(1)
        classes = reader.numbers("i", reader.number("i"))
        text = NAMED.get(name, name)
        pieces = [text] if len(classes) == 1 else [*unicodedata.normalize("NFD", text)]
        # A syllable without a final consonant has a class for its absence.
        pieces += [""] * (len(classes) - len(pieces))
        for index, piece in zip(classes, pieces, strict=True):
            # Look-alikes share a class; the first is the commonest.
            written.setdefault(index, piece)
    return [written[i] for i in range(len(written))]

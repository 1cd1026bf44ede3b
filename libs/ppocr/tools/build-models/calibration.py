"""The ranges of activations, from running the float model on lines of generated receipts."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from PIL import Image

PERCENTILE = 99


def read_lines(folder: Path, height: int):
    """The line pictures (PNG, grey, 48 high) as the recogniser's input, 1 x 3 x height x width in -1..1."""
    for path in sorted(folder.glob("*.png")):
        picture = Image.open(path).convert("L")
        if picture.height != height:
            picture = picture.resize((picture.width, height), Image.Resampling.BILINEAR)
        grey = np.asarray(picture, np.float32) / 127.5 - 1
        yield grey[None, None].repeat(3, axis=1)


def measure_ranges(model: onnx.ModelProto, names: list[str], lines) -> dict[str, tuple[float, float]]:
    """For each tensor, 0 and the 99th percentile over lines of its least and greatest values.

    One odd line would otherwise widen a range and coarsen every step of it (0.2 points of word F1).
    """
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None) for n in names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options)
    lows, highs = [], []
    for line in lines:
        values = session.run(names, {session.get_inputs()[0].name: line})
        lows.append([v.min() for v in values])
        highs.append([v.max() for v in values])
    low = np.percentile(lows, 100 - PERCENTILE, axis=0)
    high = np.percentile(highs, PERCENTILE, axis=0)
    return {n: (min(float(a), 0.0), max(float(b), 0.0)) for n, a, b in zip(names, low, high)}

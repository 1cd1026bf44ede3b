"""Cuts the recogniser's vocabulary to Latin script: 18,710 classes to 576, most of the head's time."""

import re

import numpy as np
import onnx
from onnx import numpy_helper

LATIN = re.compile(
    r"^[\x20-\x7e\u00a0-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20a0-\u20bf\u2116\u2122]$"
)


def cut_vocabulary(model: onnx.ModelProto, dictionary: str) -> str:
    """Drops in place all classes but the blank (0) and Latin ones; returns the dictionary that remains.

    Class 0 is CTC's blank, then come the dictionary's lines, then the space.
    """
    characters = dictionary.split("\n")
    if characters[-1] == "":
        characters.pop()
    classes = ["", *characters, " "]
    kept = [i for i, c in enumerate(classes) if i == 0 or LATIN.match(c)]

    constants = [a.t for n in model.graph.node for a in n.attribute if a.name == "value"]
    for tensor in [*model.graph.initializer, *constants]:
        if len(classes) in tensor.dims:
            axis = list(tensor.dims).index(len(classes))
            cut = np.ascontiguousarray(numpy_helper.to_array(tensor).take(kept, axis=axis))
            tensor.CopyFrom(numpy_helper.from_array(cut, tensor.name))
    del model.graph.value_info[:]
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)
    return "".join(f"{classes[i]}\n" for i in kept[1:-1])

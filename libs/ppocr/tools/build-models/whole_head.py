"""The last layer of the recogniser with the whole vocabulary, as a model of its own: from features to probabilities."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from numbers8 import quantise_weights

LEVELS = 127


def whole_head(recogniser: onnx.ModelProto, classes: int) -> onnx.ModelProto:
    """Weights in 8 bits (2 MB instead of 9), which ONNX Runtime makes floats of once, when it loads them."""
    tensors = [numpy_helper.to_array(i) for i in recogniser.graph.initializer]
    tensors += [numpy_helper.to_array(a.t) for n in recogniser.graph.node for a in n.attribute if a.name == "value"]
    (weights,) = [t for t in tensors if t.ndim == 2 and t.shape[1] == classes]
    (bias,) = [t for t in tensors if t.shape == (classes,)]
    rounded, steps = quantise_weights(weights.T, LEVELS)
    constants = {"weights": rounded.T, "steps": steps, "zero": np.zeros(classes, np.int8), "bias": bias}
    nodes = [
        helper.make_node("DequantizeLinear", ["weights", "steps", "zero"], ["floats"], axis=1),
        helper.make_node("MatMul", ["features", "floats"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, "frames", weights.shape[0]])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, "frames", classes])],
        [numpy_helper.from_array(np.ascontiguousarray(v), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model

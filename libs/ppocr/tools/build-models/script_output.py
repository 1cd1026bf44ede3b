"""Gives the recogniser two outputs more: what it saw (`features`), and the script of the line (`scripts`)."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from graph import Graph


def features_of(model: onnx.ModelProto) -> str:
    """The name of what the last layer sees: 1 x frames x 120."""
    graph = Graph(model)
    node = graph.producer[model.graph.output[0].name]
    while node.op_type not in ("Gemm", "MatMul"):
        node = graph.producer[node.input[0]]
    # The layer takes frames x 120, so the tensor is reshaped before it.
    source = graph.producer[node.input[0]]
    return source.input[0] if source.op_type == "Reshape" else node.input[0]


def add_outputs(model: onnx.ModelProto, weights: np.ndarray, bias: np.ndarray) -> None:
    """Adds both in place. `weights` (360 x scripts) take the means, greatest values and deviations over the frames."""
    features = features_of(model)
    constants = {"script_weights": weights.astype(np.float32), "script_bias": bias.astype(np.float32)}
    model.graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in constants.items())
    add = lambda op, inputs, output, **options: helper.make_node(op, inputs, [output], **options)
    model.graph.node.extend(
        [
            add("Identity", [features], "features"),
            add("ReduceMean", [features], "script_mean", axes=[1]),
            add("ReduceMax", [features], "script_top", axes=[1], keepdims=0),
            add("Sub", [features, "script_mean"], "script_from_mean"),
            add("Mul", ["script_from_mean", "script_from_mean"], "script_squares"),
            add("ReduceMean", ["script_squares"], "script_variance", axes=[1], keepdims=0),
            add("Sqrt", ["script_variance"], "script_deviation"),
            add("Squeeze", ["script_mean", "script_axis"], "script_flat_mean"),
            add("Concat", ["script_flat_mean", "script_top", "script_deviation"], "script_pooled", axis=1),
            add("Gemm", ["script_pooled", "script_weights", "script_bias"], "script_logits"),
            add("Softmax", ["script_logits"], "scripts", axis=-1),
        ]
    )
    model.graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "script_axis"))
    model.graph.output.extend(
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, "frames", weights.shape[0] // 3]),
            helper.make_tensor_value_info("scripts", TensorProto.FLOAT, [1, weights.shape[1]]),
        ]
    )
    onnx.checker.check_model(model)

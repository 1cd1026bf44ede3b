"""Writes Tesseract's line recogniser as ONNX: a convolution, an LSTM down each column, three along the line, softmax.

Input: grey -1..1, 1 x 1 x height x width. Output: 1 x frames x classes, a frame for 3 columns; the classes are
ordered as PaddleOCR's: the blank first, the space last. Weights stay 8-bit.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tesseract import Layer, Matrix, Recogniser

OPSET = 17
IR_VERSION = 8
# Tesseract's order of gates is cell, input, forget, output; ONNX's is input, output, forget, cell.
GATES = (1, 3, 2, 0)


class Writer:
    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def constant(self, value) -> str:
        name = self.name()
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, *inputs: str, outputs: int = 1, **options) -> str:
        """Returns the name of the last output."""
        names = [self.name() for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **options))
        return names[-1]

    def axes(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def weights(self, weights: np.ndarray, steps: np.ndarray) -> str:
        zero = self.constant(np.zeros(len(steps), np.int8))
        return self.add("DequantizeLinear", self.constant(weights), self.constant(steps), zero, axis=0)

    def lstm(self, layer: Layer, source: str, direction: str = "forward", summary: bool = False) -> str:
        weights = np.concatenate([layer.matrices[gate].weights for gate in GATES])
        steps = np.concatenate([layer.matrices[gate].steps for gate in GATES])
        size = layer.outputs
        inputs = weights.shape[1] - 1 - size
        along = self.add("Unsqueeze", self.weights(weights[:, :inputs], steps), self.axes(0))
        back = self.add("Unsqueeze", self.weights(weights[:, inputs:-1], steps), self.axes(0))
        bias = weights[:, -1] * steps
        both = self.constant(np.concatenate([bias, np.zeros_like(bias)])[None])
        options = {"hidden_size": size, "direction": direction}
        if summary:
            last = self.add("LSTM", source, along, back, both, outputs=2, **options)
            return self.add("Transpose", last, perm=[1, 0, 2])
        return self.add("Squeeze", self.add("LSTM", source, along, back, both, **options), self.axes(1))


def to_onnx(recogniser: Recogniser) -> tuple[onnx.ModelProto, str, int]:
    """The model, its alphabet (a class a line, without the blank and the space), and the height of its lines."""
    picture, convolution, pool, column, *rows, output = recogniser.network.parts
    height = picture.sizes[1]
    writer = Writer()
    first = convolution.parts[1].matrices[0]
    kernel = first.weights * first.steps[:, None]
    # Tesseract goes through the neighbourhood by columns.
    square = kernel[:, :9].reshape(-1, 1, 3, 3).transpose(0, 1, 3, 2)
    seen = writer.add("Conv", "picture", writer.constant(square), writer.constant(kernel[:, 9]), pads=[1, 1, 1, 1])
    seen = writer.add("MaxPool", writer.add("Tanh", seen), kernel_shape=[*pool.sizes], strides=[*pool.sizes])
    seen = writer.add("Transpose", writer.add("Squeeze", seen, writer.axes(0)), perm=[1, 2, 0])
    seen = writer.lstm(column.parts[0], seen, summary=True)
    for row in rows:
        reverse = row.kind == "RTLReversed"
        seen = writer.lstm(row.parts[0] if reverse else row, seen, "reverse" if reverse else "forward")

    order = class_order(recogniser)
    classes: Matrix = output.matrices[0]
    weights, steps = classes.weights[order], classes.steps[order]
    head = writer.add("Transpose", writer.weights(weights[:, :-1], steps), perm=[1, 0])
    seen = writer.add("Add", writer.add("MatMul", seen, head), writer.constant(weights[:, -1] * steps))
    writer.add("Transpose", writer.add("Softmax", seen, axis=-1), perm=[1, 0, 2])
    writer.nodes[-1].output[0] = "probabilities"

    graph = helper.make_graph(
        writer.nodes,
        "line",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 1, height, "width"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, "frames", len(order)])],
        writer.initialisers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    alphabet = "".join(f"{recogniser.characters[i]}\n" for i in order[1:-1])
    return model, alphabet, height


def class_order(recogniser: Recogniser) -> list[int]:
    space = recogniser.characters.index(" ")
    others = [i for i in range(len(recogniser.characters)) if i not in (recogniser.blank, space)]
    return [recogniser.blank, *others, space]

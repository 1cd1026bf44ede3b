"""Finds what the rewrite replaces: Gelu written out, convolutions of 1 x 1, squeeze-and-excitation."""

from dataclasses import dataclass

import onnx

from graph import Graph, attributes

# Below this the rows are too short for the integer kernels to pay.
MIN_INPUT_CHANNELS = 48
# The neck's convolutions to 120 channels feed attention, which loses more than it gains.
FLOAT_OUTPUT_CHANNELS = 120
POOLS = ("ReduceMean", "GlobalAveragePool")
GATES = ("Relu", "HardSigmoid", "Sigmoid", "Conv")


@dataclass
class Gelu:
    input: str
    output: str
    halved: bool  # whether the graph multiplies by 1/2; else its output is twice a Gelu
    nodes: list[onnx.NodeProto]


def find_gelus(graph: Graph) -> list[Gelu]:
    """x / sqrt(2) -> Erf -> + 1 -> * x [-> * 0.5]."""
    found = []
    for erf in (n for n in graph.nodes if n.op_type == "Erf"):
        divide = graph.producer[erf.input[0]]
        add = graph.consumers[erf.output[0]][0]
        multiply = graph.consumers[add.output[0]][0]
        nodes, output, halved = [divide, erf, add, multiply], multiply.output[0], False
        after = graph.consumers[output]
        if len(after) == 1 and after[0].op_type == "Mul" and any(graph.is_scalar(i, 0.5) for i in after[0].input):
            nodes, output, halved = [*nodes, after[0]], after[0].output[0], True
        found.append(Gelu(divide.input[0], output, halved, nodes))
    return found


def is_pointwise(graph: Graph, node: onnx.NodeProto) -> bool:
    """A convolution of 1 x 1, stride 1, one group: a matrix product over channels."""
    if node.op_type != "Conv" or node.input[1] not in graph.constants:
        return False
    options = attributes(node)
    plain = options.get("group", 1) == 1 and all(s == 1 for s in options.get("strides", [1, 1]))
    return plain and graph.constants[node.input[1]].shape[2:] == (1, 1)


def is_squeeze(graph: Graph, conv: onnx.NodeProto) -> bool:
    """Whether the convolution works on the pooled channel means of a squeeze-and-excitation block."""
    node = graph.producer.get(conv.input[0])
    while node is not None and node.op_type in GATES:
        if node.op_type == "Conv" and not is_pointwise(graph, node):
            return False
        node = graph.producer.get(node.input[0])
    return node is not None and node.op_type in POOLS


def is_quantised(graph: Graph, conv: onnx.NodeProto) -> bool:
    """Whether a pointwise convolution outside squeeze-and-excitation goes to int8."""
    outputs, inputs = graph.constants[conv.input[1]].shape[:2]
    return inputs >= MIN_INPUT_CHANNELS and outputs != FLOAT_OUTPUT_CHANNELS

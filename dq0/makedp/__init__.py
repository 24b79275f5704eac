"""Private training of a project's model: reads what the code declares, and leaves fitting and noise to the quarantine.

`python -m dq0.makedp my_model.py` finds the model class, runs its `setup_data` and `setup_model` without any data and
writes down which estimator they name and which columns it learns from. In the quarantine this is done in a sandbox;
the trusted trainer fits what was declared. `dq0` is a namespace package: this stands beside the SDK.
"""

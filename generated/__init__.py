# Generated from spec/openapi.yaml: do not edit.
"""The contract in Python."""

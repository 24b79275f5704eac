# Generated from spec/openapi.yaml: do not edit.
"""Methods, a module per tag."""

# Generated from spec/openapi.yaml: do not edit.
"""Typed bindings, a module per tag."""

# Generated from spec/openapi.yaml: do not edit.
"""What is sent and answered, a module per file."""

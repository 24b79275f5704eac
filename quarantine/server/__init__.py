"""The process: routing, the seam, errors as responses, settings, the command line."""

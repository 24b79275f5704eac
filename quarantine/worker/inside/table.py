"""Runs in the sandbox, since a stranger wrote the file: parquet to csv, `python table.py PARQUET CSV`."""

import sys

import duckdb


def main(given: str, made: str) -> None:
    """All rows and columns as text, the names in the first line."""
    duckdb.read_parquet(given).write_csv(made, header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

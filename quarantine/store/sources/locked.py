"""A DuckDB that can touch the files it is told of and nothing else: for headers and for making bounded copies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


def parquet(*paths: Path, more: str = "") -> str:
    """These very files as a table, in SQL: no mark in a path means other files, and no folder's name is a column."""
    listed = ", ".join("'" + escaped(str(path)).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning=false{more})"


def escaped(path: str) -> str:
    """A path without the special meaning of glob's marks."""
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in path)


def parquet_columns(path: Path) -> tuple[str, ...]:
    """The column names of a parquet file; raises OSError for a file that is none."""
    try:
        with locked_engine(reads=(path,)) as connection:
            found = connection.execute(f"DESCRIBE FROM {parquet(path)}").fetchall()
    except duckdb.Error:
        failed = OSError("not a parquet file")
    else:
        return tuple(str(row[0]) for row in found)
    # Raised out here so that the engine's own error, which may quote a cell, is not even its context.
    raise failed


@contextmanager
def locked_engine(
    *, reads: tuple[Path, ...] = (), folder: Path | None = None, memory_mb: int = 256, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory engine that can touch `reads` and what is in `folder` (where it also spills), and nothing else."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "memory_limit": f"{memory_mb}MB",
            "threads": threads,
            "temp_directory": str(folder / "spill") if folder else "",
        },
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET allowed_paths = $1::VARCHAR[]", [[str(path) for path in reads]])
        connection.execute("SET allowed_directories = $1::VARCHAR[]", [[f"{folder}/"] if folder else []])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()

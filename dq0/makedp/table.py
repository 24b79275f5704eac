"""A table without rows: knows its columns, gives parts of them, and refuses to compute.

What `setup_data` does to it tells which columns are features and which is the target. Anything that would need rows
cannot be made private here, and says so.
"""

from typing import Any

ROWS = "it computes on rows, which cannot be made private here"


class ComputesOnRows(Exception):
    """Code wants to do something with rows that there are none of."""


def refusal(what: str) -> ComputesOnRows:
    """The reason, naming the operation."""
    return ComputesOnRows(f"{what}: {ROWS}; choose columns only, or run it as ordinary code (train_use_my_model)")


class Table:
    """Columns by name, in their order; `single` where it is one column, as a pandas Series is."""

    def __init__(self, names: list[str], single: bool = False) -> None:
        self.columns = list(names)
        self.single = single

    def __getitem__(self, key: Any) -> "Table":
        if isinstance(key, str):
            return Table(self._known([key]), single=True)
        if isinstance(key, list | tuple) and all(isinstance(name, str) for name in key):
            return Table(self._known(list(key)))
        raise refusal("data[...]")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self.columns:
            return self[name]
        raise refusal(f"data.{name}")

    @property
    def iloc(self) -> "_Places":
        """Columns by their places."""
        return _Places(self)

    @property
    def loc(self) -> "_Names":
        """Columns by their names."""
        return _Names(self)

    @property
    def values(self) -> "Table":
        """The same: there are no values to lose the names of."""
        return self

    def _same(self, *_: Any, **__: Any) -> "Table":
        return self

    # Rows with a gap take no part in any fit, and the number of rows is nobody's to know.
    dropna = copy = to_numpy = reset_index = ravel = squeeze = sample = _same

    def drop(self, labels: Any = None, axis: Any = 0, columns: Any = None, **_: Any) -> "Table":
        """The other columns."""
        gone = columns if columns is not None else labels
        if columns is None and axis not in (1, "columns"):
            raise refusal("data.drop of rows")
        names = self._known([gone] if isinstance(gone, str) else list(gone))
        return Table([name for name in self.columns if name not in names])

    def pop(self, name: str) -> "Table":
        """One column, which is not here any more."""
        found = self[name]
        self.columns.remove(name)
        return found

    def _known(self, names: list[str]) -> list[str]:
        for name in names:
            if name not in self.columns:
                raise KeyError(f"{name} is not among the columns that can be learned from: {', '.join(self.columns)}")
        return names

    def _refused(self, *_: Any, **__: Any) -> Any:
        raise refusal("arithmetic, comparison or a loop over data")

    __add__ = __sub__ = __mul__ = __truediv__ = __radd__ = __rsub__ = __rmul__ = __lt__ = __gt__ = __le__ = _refused
    __ge__ = __invert__ = __neg__ = __iter__ = __len__ = __setitem__ = __delitem__ = __bool__ = __array__ = _refused
    __eq__ = __ne__ = _refused
    __hash__ = object.__hash__


class _Places:
    def __init__(self, table: Table) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> Table:
        columns = _columns(key, "data.iloc of rows")
        names = self._table.columns
        if isinstance(columns, int):
            return Table([names[columns]], single=True)
        if isinstance(columns, slice):
            return Table(names[columns])
        return Table([names[place] for place in columns])


class _Names:
    def __init__(self, table: Table) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> Table:
        return self._table[_columns(key, "data.loc of rows")]


def _columns(key: Any, what: str) -> Any:
    """The second of two places, where the first means all rows."""
    if not isinstance(key, tuple) or len(key) != 2 or key[0] != slice(None):
        raise refusal(what)
    return key[1]


class Source:
    """A data source whose `read` takes what pandas takes and gives the table without rows."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def read(self, *_: Any, **__: Any) -> Table:
        """The table."""
        return Table(self._names)

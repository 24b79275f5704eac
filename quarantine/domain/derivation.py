"""What a transform makes of a dataset: its description, settled from two documents before any code has run.

Nothing of the outcome decides on it: names, types and bounds are the source's or stand in the commit. A column may hold
whatever code saw, so that code sees only what nobody's mask hides, and people under other names than their own.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.masks import without
from quarantine.domain.metadata.columns import read_column
from quarantine.domain.metadata.document import Plain, parse_document
from quarantine.domain.metadata.faults import Faults
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.metadata.old import column_node
from quarantine.domain.metadata.read import MOST_IDS, read_metadata
from quarantine.domain.metadata.write import write_metadata
from quarantine.domain.privacy.names import same

# Where code writes the table, in one of two formats, and the file of the commit that describes it.
OUTCOME, PACKED, FILE = "dataset.csv", "dataset.parquet", "dataset.yaml"
_KEYS = ("name", "description", "max_ids", "columns")
_ATTRIBUTES = frozenset({"type", "description", "selectable", "nullable", "lower", "upper", "cardinality"}) | {
    "allowed_values",
    "is_feature",
    "is_target",
}
NO_COLUMN = "the source has no such column that code sees; describe a new one: {type: float, lower: 0.0, upper: 1.0}"
TAKEN = "the source has a column of this name: leave its attributes out, or give a new column another name"
SEVERAL_UNITS = "the tables tell people apart in different ways; a transform needs one column that all of them have"
NOBODY = "no table of the dataset is about anybody: read it by an ordinary run"
# Columns that code sees, by `schema.table`.
Seen = Mapping[str, Sequence[str]]


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A commit's `dataset.yaml`; a column without a description (None) is that of the source's first table that has it.

    Without columns, the outcome has those of the source's first table.
    """

    name: str = ""
    description: str = ""
    max_ids: int = 0
    columns: Mapping[str, Column | None] = {}


def read_declared(content: bytes | None) -> Declared:
    """The declaration of a commit, an empty one where it has none; raises Refused with what would be right."""
    if content is None:
        return Declared()
    try:
        document = parse_document(content.decode())
    except UnicodeDecodeError:
        raise Refused(f"{FILE}: expected text in UTF-8") from None
    if document is None:
        return Declared()
    if not isinstance(document, dict) or not set(document) <= set(_KEYS):
        raise Refused(f"{FILE}: expected a mapping with some of {', '.join(_KEYS)}")
    name, description = (_text(document, key) for key in ("name", "description"))
    return Declared(name=name, description=description, max_ids=_max_ids(document), columns=_columns(document))


def _text(document: Mapping[str, Plain], key: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str) or len(value) > 200 or not (value.isprintable() and value == value.strip()):
        raise Refused(f"{FILE}: {key}: expected a line of at most 200 characters")
    return value


def _max_ids(document: Mapping[str, Plain]) -> int:
    value = document.get("max_ids", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_IDS:
        raise Refused(f"{FILE}: max_ids: expected a whole number of at most {MOST_IDS}")
    return value


def _columns(document: Mapping[str, Plain]) -> dict[str, Column | None]:
    given = document.get("columns") or {}
    if not isinstance(given, dict):
        raise Refused(f"{FILE}: columns: expected a mapping of names to attributes, or to nothing")
    faults, found = Faults(), {}
    for name, attributes in given.items():
        found[name] = None if not attributes else _new(name, attributes, faults)
    faults.settle()
    if len({name.casefold() for name in found}) < len(found):
        raise Refused(f"{FILE}: columns: a name stands twice (upper and lower case are the same)")
    return found


def _new(name: str, attributes: Plain, faults: Faults) -> Column | None:
    if not isinstance(attributes, dict):
        faults.add(f"{FILE}: columns.{name}", "expected a mapping of attributes")
        return None
    for key in sorted(set(attributes) - _ATTRIBUTES):
        faults.unknown(f"{FILE}: columns.{name}", key, _ATTRIBUTES)
    known = {key: value for key, value in attributes.items() if key in _ATTRIBUTES}
    return read_column(column_node(name, known, f"{FILE}: columns.{name}", faults), FILE, faults)


def protected(source: Metadata) -> list[Table]:
    """The tables whose rows are about people, who are told apart in one way; raises Refused otherwise."""
    found = [table for table in source.tables if not table.rows_are_public]
    units = {table.privacy_unit for table in found}
    if not found:
        raise Refused(NOBODY)
    if len(units) > 1 or (units == {None} and len(found) > 1):
        raise Refused(SEVERAL_UNITS)
    return found


def seen(source: Metadata, masked: Iterable[str]) -> dict[str, list[str]]:
    """What code may see: nothing that is masked or not selectable, nor the privacy unit, which has another form."""
    names = list(masked)
    return {
        key_of(table): [
            column.name
            for column in without(table, names).columns
            if column.selectable and column.mask is None and column.name != table.privacy_unit
        ]
        for table in source.tables
    }


def key_of(table: Table) -> str:
    """What a table is called in SQL."""
    return f"{table.schema}.{table.name}"


def derived(source: Metadata, shown: Seen, declared: Declared, *, name: str, uri: str) -> Metadata:
    """The description of the outcome, which lies at `uri`; raises Refused where the declaration does not fit.

    Contribution bound, privacy level and tau are not below the source's, and no budget is granted.
    """
    tables = protected(source)
    first = tables[0]
    made = msgspec.structs.replace(
        first,
        columns=tuple(_described(source, shown, declared, first)),
        source=Source(uri=uri),
        privacy_level=max(table.privacy_level for table in tables),
        max_ids=_bound(tables, declared),
        tau=max((table.tau for table in tables if table.tau is not None), default=None),
        rows=None,
        # Its persons have other names: beside those of the source, each of them would be two.
        persons="",
        synth_allowed=False,
    )
    whole = Metadata(name=name, description=declared.description, tags=source.tags, tables=(made,))
    # What cannot be read back would be a dataset that nobody could use.
    return read_metadata(write_metadata(whole))


def _bound(tables: Sequence[Table], declared: Declared) -> int:
    least = max(table.contribution_bound for table in tables)
    if declared.max_ids and declared.max_ids < least:
        raise Refused(f"{FILE}: max_ids: expected at least the source's, {least}")
    if declared.max_ids > 1 and tables[0].privacy_unit is None:
        raise Refused(f"{FILE}: max_ids: each row of the source is a person of its own, and so is each of the outcome")
    return declared.max_ids or least


def _described(source: Metadata, shown: Seen, declared: Declared, first: Table) -> list[Column]:
    unit = first.privacy_unit
    wanted = declared.columns or dict.fromkeys([*([unit] if unit else ()), *shown[key_of(first)]])
    if unit is not None and unit not in wanted:
        raise Refused(f"{FILE}: columns: {unit} is missing: it tells apart the people who are protected; add `{unit}:`")
    return [_column(source, shown, unit, name, column) for name, column in wanted.items()]


def _column(source: Metadata, shown: Seen, unit: str | None, name: str, new: Column | None) -> Column:
    known = [(table, column) for table in source.tables for column in table.columns if same(column.name, name)]
    if new is not None:
        if known:
            raise Refused(f"{FILE}: columns.{name}: {TAKEN}")
        return new
    if name == unit:
        return Column(name=name, type=ColumnType.STRING, private_id=True, selectable=False)
    found = [column for table, column in known if column.name == name and name in shown[key_of(table)]]
    if not found:
        raise Refused(f"{FILE}: columns.{name}: {NO_COLUMN}")
    return msgspec.structs.replace(found[0], unique=False)

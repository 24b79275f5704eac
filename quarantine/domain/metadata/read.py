"""Metadata text to the model: `read_metadata` for all three written forms.

document (safe YAML) -> simple | full | old (the form's own shape, to one tree of nodes) -> fields, columns, sources
(values and contradictions) -> model. Every fault is collected; one Refused names the first ten.
"""

import math

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.columns import read_column
from quarantine.domain.metadata.document import Plain, parse_document
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.fields import INT64, LONGEST_NAME, Fields, check_name
from quarantine.domain.metadata.full import read_full
from quarantine.domain.metadata.model import Column, Metadata, Source, Table
from quarantine.domain.metadata.nodes import Node
from quarantine.domain.metadata.old import read_old
from quarantine.domain.metadata.simple import read_simple
from quarantine.domain.metadata.sources import read_source

WRAPPER = "meta_dataset"
SPECIFICATION = "dataset_v1"
DEFAULT_LEVEL = 2
MOST_IDS = 1_000_000
LONGEST_DATASET_NAME = 255

Budget = tuple[float | None, float | None]


def read_metadata(text: str) -> Metadata:
    """The dataset that `text` (YAML: simple, full or old form) describes; raises Refused with all faults it finds."""
    content = parse_document(text)
    if not isinstance(content, dict) or not content:
        raise Refused("the metadata must be a YAML mapping")
    faults = Faults()
    nodes = _wrapped(content, faults) if WRAPPER in content else read_old(content, faults)
    if len(nodes) != 1:
        faults.add("", "metadata describes exactly one dataset")
        faults.settle()
    metadata = _dataset(nodes[0], faults)
    faults.settle()
    return metadata


def _wrapped(content: dict[str, Plain], faults: Faults) -> list[Node]:
    for key in content:
        if key != WRAPPER:
            faults.unknown("", key, [WRAPPER])
    inner = content[WRAPPER]
    if not isinstance(inner, dict):
        raise Refused(f"{WRAPPER}: must be a mapping with format, node and specification")
    for key in inner:
        if key not in ("format", "node", "specification"):
            faults.unknown(WRAPPER, key, ["format", "node", "specification"])
    if inner.get("specification", SPECIFICATION) != SPECIFICATION:
        faults.add(f"{WRAPPER}.specification", f"must be {SPECIFICATION}")
    form = inner.get("format")
    if form not in ("simple", "full"):
        raise Refused(f"{WRAPPER}.format: must be simple or full")
    reader = read_simple if form == "simple" else read_full
    return reader(inner.get("node"), f"{WRAPPER}.node", faults)


def _dataset(node: Node, faults: Faults) -> Metadata:
    fields = Fields(node, "", faults)
    name = check_name(fields, "dataset", LONGEST_DATASET_NAME, ",")
    level = _level(fields, DEFAULT_LEVEL)
    found = [entry for database in node.children for entry in _database(database, level, faults)]
    if not found:
        faults.add("", "declare at least one table with its columns; they are not guessed from the data")
    tables = tuple(table for table, _ in found)
    _distinct([f"{table.schema}.{table.name}" for table in tables], "tables", faults)
    epsilon, delta = _budget([budget for _, budget in found], faults)
    connectors = {table.source.connector for table in tables}
    return Metadata(
        name=name,
        description=fields.text("description"),
        type=connectors.pop().upper() if len(connectors) == 1 else "CSV",
        tags=fields.texts("tags"),
        metadata_is_public=fields.flag("metadata_is_public", False),
        tables=tables,
        budget_epsilon=epsilon,
        budget_delta=delta,
    )


def _level(fields: Fields, inherited: int) -> int:
    """The privacy level: the node's own, or its parent's."""
    own = fields.whole("privacy_level", 0, 2)
    return inherited if own is None else own


def _labelled(node: Node, kind: str) -> str:
    raw = node.attributes.get("data", {}).get("name")
    return join(kind, raw) if isinstance(raw, str) and raw else node.path


def _database(node: Node, level: int, faults: Faults) -> list[tuple[Table, Budget]]:
    fields = Fields(node, _labelled(node, "databases"), faults)
    check_name(fields, "database", LONGEST_NAME)
    _check_unused(fields)
    level = _level(fields, level)
    source = read_source(fields)
    return [entry for schema in node.children for entry in _schema(schema, level, source, faults)]


def _check_unused(fields: Fields) -> None:
    fields.text("description")
    fields.flag("metadata_is_public", False)


def _schema(node: Node, level: int, source: Source, faults: Faults) -> list[tuple[Table, Budget]]:
    path = _labelled(node, "schemas")
    fields = Fields(node, path, faults)
    # A schema and a table make a file's name and stand before a dot in SQL.
    name = check_name(fields, "schema", LONGEST_NAME, "./\\")
    _check_unused(fields)
    level = _level(fields, level)
    return [_table(table, path, name, level, source, faults) for table in node.children]


def _table(
    node: Node, schema_path: str, schema: str, level: int, source: Source, faults: Faults
) -> tuple[Table, Budget]:
    raw = node.attributes.get("data", {}).get("name")
    path = join(schema_path, "tables", raw) if isinstance(raw, str) and raw else node.path
    fields = Fields(node, path, faults)
    _check_unused(fields)
    fields.flag("use_dpsu", False)
    columns = [column for child in node.children if (column := read_column(child, path, faults)) is not None]
    if not node.children:
        faults.add(path, "declare its columns; they are not guessed from the data")
    _distinct([column.name for column in columns], join(path, "columns"), faults)
    _check_source(fields, source, columns)
    public = _public(fields, columns)
    columns, row_privacy, max_ids = _unit(fields, columns)
    table = Table(
        schema=schema,
        name=check_name(fields, "table", LONGEST_NAME, "./\\"),
        description=fields.text("description"),
        columns=tuple(columns),
        source=source,
        privacy_level=_level(fields, level),
        row_privacy=row_privacy,
        rows_are_public=public,
        persons=_persons(fields, row_privacy=row_privacy),
        max_ids=max_ids,
        tau=fields.number("tau", 0, math.inf, "must be a finite number of at least 0"),
        clamp_counts=fields.flag("clamp_counts", False),
        clamp_columns=fields.flag("clamp_columns", True),
        censor_dims=fields.flag("censor_dims", True),
        sample_max_ids=fields.flag("sample_max_ids", True),
        rows=fields.whole("rows", 0, INT64 - 1),
        synth_allowed=fields.flag("synth_allowed", False),
    )
    epsilon = fields.number("budget_epsilon", 0, math.inf, "must be a finite number of at least 0")
    return table, (epsilon, fields.number("budget_delta", 0, 1, "must be at least 0 and below 1"))


def _public(fields: Fields, columns: list[Column]) -> bool:
    """Whether the owner says that no row is about anybody."""
    public = fields.flag("rows_are_public", False)
    unit = fields.text("privacy_column") or next((column.name for column in columns if column.private_id), "")
    if public and unit:
        fields.fault("rows_are_public", f"contradicts {unit}, which names the persons that the rows are about")
    for column in columns:
        if column.unique and not public:
            fields.fault(f"columns.{column.name}.unique", "is for tables whose rows are public (rows_are_public: true)")
    return public


def _persons(fields: Fields, *, row_privacy: bool) -> str:
    """The owner's word for the persons, which another dataset of the same persons has, too."""
    word = fields.text("persons", longest=LONGEST_NAME).strip()
    if word and row_privacy:
        fields.fault("persons", "is for tables with a column that names the person (private_id or privacy_column)")
    return word


def _unit(fields: Fields, columns: list[Column]) -> tuple[list[Column], bool, int]:
    """The columns with the private one marked, whether each row protects itself, and the rows one person may have."""
    marked = [column.name for column in columns if column.private_id]
    named = fields.text("privacy_column")
    row_privacy = fields.flag("row_privacy", False)
    if len(marked) > 1:
        fields.fault("columns", f"private_id is set for {' and '.join(marked)}; one column names the person")
    if named and named not in [column.name for column in columns]:
        fields.fault("privacy_column", "names no column of this table")
    elif named and marked and [named] != marked:
        fields.fault("privacy_column", f"contradicts private_id of {marked[0]}")
    unit = named or next(iter(marked), "")
    if unit and row_privacy:
        fields.fault("row_privacy", "contradicts the column that names the person; keep one of them")
    max_ids = fields.whole("max_ids", 1, MOST_IDS) or 1
    if not unit and max_ids > 1:
        fields.fault("max_ids", "above 1 needs a column that names the person (private_id or privacy_column)")
    return [_identifying(fields, column, unit) for column in columns], not unit, max_ids


def _identifying(fields: Fields, column: Column, unit: str) -> Column:
    if column.name != unit:
        return column
    if column.type not in ("int", "string"):
        fields.fault("privacy_column", "must name a column of type int or string")
    # Clamping an identifier would make one person of several: its bounds are left out, and nothing may be summed of it.
    return msgspec.structs.replace(column, private_id=True, lower=None, upper=None)


def _check_source(fields: Fields, source: Source, columns: list[Column]) -> None:
    declared = [column.name for column in columns]
    if source.header_columns:
        for name in declared:
            if name not in source.header_columns:
                fields.fault(f"columns.{name}", "is not among the connector's header_columns")
    for name in source.na_values:
        if name not in (source.header_columns or declared):
            fields.faults.unknown(join(fields.path, "na_values"), name, declared)


def _distinct(names: list[str], path: str, faults: Faults) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            faults.add(join(path, name), "stands twice (upper and lower case are the same)")
        seen.add(name.casefold())


def _budget(budgets: list[Budget], faults: Faults) -> Budget:
    """The dataset's one budget; several tables may repeat it, not disagree."""
    found: list[float | None] = []
    for position, key in enumerate(("budget_epsilon", "budget_delta")):
        values = {budget[position] for budget in budgets} - {None}
        if len(values) > 1:
            faults.add(key, "differs between tables; a dataset has one budget for all of them")
        found.append(next(iter(values), None))
    return found[0], found[1]

"""The old form, from before 1.2: no wrapper, every top-level mapping that is not a known key is a schema."""

from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.nodes import CSV_OPTIONS, VOCABULARY, Groups, Level, Node, group_of

CONNECTORS = {"CSV": "csv", "PARQUET": "parquet"}


def read_old(content: dict[str, Plain], faults: Faults) -> list[Node]:
    """The dataset node; each table gets a database node of its own, which holds its connector."""
    flat, schemas = _split(content, Level.DATASET, {"type", "privacy_column"}, "", faults)
    privacy_column = flat.pop("privacy_column", None)
    connector = _connector(flat.pop("type", None), faults)
    dataset = Node(Level.DATASET, "", _grouped(flat, Level.DATASET))
    for name, schema in schemas.items():
        dataset.children += _schema(name, schema, connector, privacy_column, faults)
    return [dataset]


def _connector(kind: Plain, faults: Faults) -> str | None:
    if kind is None:
        return None
    found = CONNECTORS.get(kind.upper()) if isinstance(kind, str) else None
    if found is None:
        faults.add("type", f"must be one of {', '.join(CONNECTORS)}; other kinds of data are not built yet")
    return found


def _split(
    content: dict[str, Plain], level: Level, extra: set[str], path: str, faults: Faults
) -> tuple[dict[str, Plain], dict[str, dict[str, Plain]]]:
    """The level's own keys, and the mappings that are its children."""
    known = _flat_names(level) | extra
    flat: dict[str, Plain] = {}
    children: dict[str, dict[str, Plain]] = {}
    for key, value in content.items():
        if isinstance(value, dict) and (key not in known or level is Level.TABLE) and key != "na_values":
            children[key] = value
        elif key in known:
            flat[key] = value
        else:
            faults.unknown(path, key, known)
    return flat, children


def _flat_names(level: Level) -> set[str]:
    names = {key for keys in VOCABULARY[level].values() for key in keys}
    # Below the top a name is the key itself.
    return names if level is Level.DATASET else names - {"name"}


def _grouped(flat: dict[str, Plain], level: Level) -> Groups:
    groups: Groups = {}
    for key, value in flat.items():
        group = group_of(level, key)
        if group is not None:
            groups.setdefault(group, {})[key] = value
    return groups


def _schema(
    name: str, content: dict[str, Plain], connector: str | None, privacy_column: Plain, faults: Faults
) -> list[Node]:
    path = join("schemas", name)
    flat, tables = _split(content, Level.SCHEMA, {"connection"}, path, faults)
    connection = flat.pop("connection", None)
    made = []
    for key, table in tables.items():
        node, options = _table(key, table, join(path, "tables", key), privacy_column, faults)
        source: dict[str, Plain] = {"type_name": connector or _by_suffix(connection), "uri": connection, **options}
        groups = _grouped(flat, Level.SCHEMA)
        groups.setdefault("data", {})["name"] = name
        schema = Node(Level.SCHEMA, path, groups, [node])
        above: Groups = {"data": {"name": name}, "connector": source}
        made.append(Node(Level.DATABASE, path, above, [schema], path, {"uri": "connection", "type_name": "type"}))
    if not tables:
        faults.add(path, "declare at least one table with its columns; they are not guessed from the data")
    return made


def _by_suffix(connection: Plain) -> str:
    return "parquet" if isinstance(connection, str) and connection.lower().endswith(".parquet") else "csv"


def _table(
    name: str, content: dict[str, Plain], path: str, privacy_column: Plain, faults: Faults
) -> tuple[Node, dict[str, Plain]]:
    flat, columns = _split(content, Level.TABLE, set(CSV_OPTIONS), path, faults)
    options = {key: flat.pop(key) for key in sorted(CSV_OPTIONS & set(flat))}
    groups = _grouped(flat, Level.TABLE)
    groups.setdefault("data", {})["name"] = name
    privacy = groups.setdefault("differential_privacy", {})
    if privacy.get("privacy_column") is None:
        privacy["privacy_column"] = privacy_column
    table = Node(Level.TABLE, path, groups)
    table.children = [_column(key, column, join(path, "columns", key), faults) for key, column in columns.items()]
    return table, options


def _column(name: str, content: dict[str, Plain], path: str, faults: Faults) -> Node:
    renamed = {"data_type_name" if key == "type" else key: value for key, value in content.items()}
    if "data_type_name" in content:
        faults.unknown(path, "data_type_name", ["type"])
    flat: dict[str, Plain] = {}
    for key, value in renamed.items():
        if key in _flat_names(Level.COLUMN):
            flat[key] = value
        else:
            faults.unknown(path, key, (_flat_names(Level.COLUMN) - {"data_type_name"}) | {"type"})
    if isinstance(flat.get("allowed_values"), str):
        flat["allowed_values"] = _listed(str(flat["allowed_values"]), flat.get("data_type_name"))
    groups = _grouped(flat, Level.COLUMN)
    groups.setdefault("data", {})["name"] = name
    return Node(Level.COLUMN, path, groups)


def _listed(text: str, type_name: Plain) -> list[Plain]:
    """`allowed_values` may be one comma-separated text in this form."""
    parts = [part.strip() for part in text.split(",")]
    kind = {"int": int, "float": float}.get(str(type_name))
    if kind is None:
        return list(parts)
    try:
        return [kind(part) for part in parts]
    except ValueError:
        return list(parts)

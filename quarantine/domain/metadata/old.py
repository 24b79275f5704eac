"""The old form, from before 1.2: no wrapper, every top-level mapping that is not a known key is a schema."""

from quarantine.domain.metadata.addresses import FORM, is_address, read_address
from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.nodes import CSV_OPTIONS, VOCABULARY, Groups, Level, Node, group_of

CONNECTORS = {"CSV": "csv", "PARQUET": "parquet", "POSTGRESQL": "postgresql", "SPARK": "spark"}
# In this form an address is one text: what is wrong in a part of it is wrong in the whole.
SHOWN = {"type_name": "type", **dict.fromkeys(("uri", "host", "port", "username", "password"), "connection")}


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
        faults.add("type", f"must be one of {', '.join(CONNECTORS)}")
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
        database, source = _source(connection, connector, path, faults)
        groups = _grouped(flat, Level.SCHEMA)
        groups.setdefault("data", {})["name"] = name
        schema = Node(Level.SCHEMA, path, groups, [node])
        above: Groups = {"data": {"name": database or name}, "connector": {**source, **options}}
        made.append(Node(Level.DATABASE, path, above, [schema], path, SHOWN))
    if not tables:
        faults.add(path, "declare at least one table with its columns; they are not guessed from the data")
    return made


def _source(connection: Plain, connector: str | None, path: str, faults: Faults) -> tuple[str, dict[str, Plain]]:
    """The database's name, where it is one, and the connector: an address tells its own kind, whatever `type` says."""
    if not is_address(connection):
        return "", {"type_name": connector or _by_suffix(connection), "uri": connection}
    address = read_address(str(connection))
    if address is None or address.options:
        # The text may hold a password: it is not repeated.
        faults.add(join(path, "connection"), f"must be a path in a data folder, or {FORM}")
        return "", {"type_name": "csv", "uri": "unknown.csv"}
    server = address.server
    found: dict[str, Plain] = {"host": server.host, "port": server.port}
    found |= {"username": server.username, "password": server.password}
    return server.database, {"type_name": "postgresql", **{key: value for key, value in found.items() if value}}


def _by_suffix(connection: Plain) -> str:
    first = connection[0] if isinstance(connection, list) and connection else connection
    return "parquet" if isinstance(first, str) and first.lower().endswith(".parquet") else "csv"


def _table(
    name: str, content: dict[str, Plain], path: str, privacy_column: Plain, faults: Faults
) -> tuple[Node, dict[str, Plain]]:
    flat, columns = _split(content, Level.TABLE, set(CSV_OPTIONS), path, faults)
    options = {key: flat.pop(key) for key in sorted(CSV_OPTIONS & set(flat))}
    groups = _grouped(flat, Level.TABLE)
    groups.setdefault("data", {})["name"] = name
    privacy = groups.setdefault("differential_privacy", {})
    # What the document says of all tables is not said of one whose rows are public, unless it has that column.
    public = groups.get("private_sql", {}).get("rows_are_public") is True and privacy_column not in columns
    if privacy.get("privacy_column") is None and not public:
        privacy["privacy_column"] = privacy_column
    table = Node(Level.TABLE, path, groups)
    table.children = [column_node(key, column, join(path, "columns", key), faults) for key, column in columns.items()]
    return table, options


def column_node(name: str, content: dict[str, Plain], path: str, faults: Faults) -> Node:
    """A column's node from its flat attributes."""
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

"""The connector of a database node to the source of its tables' rows."""

import re
from collections.abc import Iterable

import msgspec

from quarantine.domain.metadata.addresses import DEFAULT_PORT, Server, is_host
from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.fields import Fields
from quarantine.domain.metadata.model import Source
from quarantine.domain.metadata.nodes import CSV_OPTIONS, SERVER_OPTIONS

CONNECTORS = ("csv", "parquet", "postgresql", "spark")
SUFFIXES = {"csv": (".csv", ".tsv", ".csv.gz", ".tsv.gz"), "parquet": (".parquet",)}
SUFFIXES["spark"] = SUFFIXES["csv"] + SUFFIXES["parquet"]
MOST_HEADER_LINES = 1_000
MOST_COLUMNS = 10_000
MOST_URIS = 1_000
LONGEST_URI = 4_096
HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
SEPARATORS = {"\\t": "\t"}


def read_source(fields: Fields) -> Source:
    """Where the rows are and how to read them; a csv file's header settings come out normalised (see Source)."""
    kind = _connector(fields)
    if kind == "postgresql":
        _refuse_others(fields, "table in a database", (CSV_OPTIONS - {"na_values"}) | {"uri"})
        return Source(connector=kind, server=_server(fields), na_values=_na_values(fields))
    _refuse_others(fields, f"{kind} file", SERVER_OPTIONS)
    uri, *further = _uris(fields, kind)
    packed = _is_parquet(fields, kind, (uri, *further))
    made = Source(connector=kind, uri=uri, further=tuple(further), na_values=_na_values(fields))
    if kind == "spark":
        made = msgspec.structs.replace(made, format="parquet" if packed else "csv")
    if packed:
        _refuse_others(fields, "parquet file", CSV_OPTIONS - {"na_values"})
        return made
    return _csv(fields, made)


def _csv(fields: Fields, source: Source) -> Source:
    """The source with what is said of the text's form."""
    names = fields.texts("header_columns")
    if len(names) > MOST_COLUMNS or len({name.casefold() for name in names}) != len(names):
        fields.fault("header_columns", f"must be at most {MOST_COLUMNS} names, each once")
    row, original = _header(fields, bool(names))
    if source.connector == "spark" and row:
        fields.fault("header_row", "the spark connector reads a header from the first line, or takes header_columns")
    separator = _separator(fields, source.uri)
    return msgspec.structs.replace(
        source,
        separator=separator,
        decimal=_decimal(fields, separator),
        header_row=row,
        header_columns=() if original else names,
        use_original_header=original,
        index_column=_index(fields),
        skip_initial_space=fields.flag("skipinitialspace", False),
    )


def _connector(fields: Fields) -> str:
    value = fields.values.get("type_name")
    if value in CONNECTORS:
        return str(value)
    fields.fault("type_name", f"must be one of {', '.join(CONNECTORS)}")
    return "csv"


def _refuse_others(fields: Fields, kind: str, keys: Iterable[str]) -> None:
    for key in sorted(set(keys) & set(fields.values)):
        fields.fault(key, f"has no meaning for a {kind}")


def _server(fields: Fields) -> Server:
    """The database, which is named as its node is; which ones may be reached is the server operator's to say."""
    host, username, password = (fields.text(key) for key in ("host", "username", "password"))
    if not is_host(host):
        fields.fault("host", "must be the name or the number of one host")
    if password and not username:
        fields.fault("password", "needs a username")
    port = fields.whole("port", 1, 65_535) or DEFAULT_PORT
    return Server(host=host.lower(), port=port, database=fields.text("name"), username=username, password=password)


def _uris(fields: Fields, kind: str) -> list[str]:
    given = fields.values.get("uri")
    if not isinstance(given, list):
        return [_uri(fields, kind, fields.text("uri", longest=LONGEST_URI))]
    uris = [item if isinstance(item, str) and len(item) <= LONGEST_URI else "" for item in given]
    if not 0 < len(uris) <= MOST_URIS or len(set(uris)) != len(uris):
        fields.fault("uri", f"must be a path or a list of 1 to {MOST_URIS} paths, each once")
        return [""]
    return [_uri(fields, kind, uri) for uri in uris]


def _uri(fields: Fields, kind: str, uri: str) -> str:
    if not uri:
        fields.fault("uri", "is missing; it names the file or the folder that holds the rows")
    elif HAS_SCHEME.match(uri):
        fields.fault("uri", "must be a path in a data folder; a database is the postgresql connector's")
    elif not uri.lower().endswith(SUFFIXES[kind]) and not _is_folder(uri):
        fields.fault("uri", f"a {kind} file ends in {' or '.join(SUFFIXES[kind])}; a folder with a dot ends in /")
    return uri


def _is_folder(uri: str) -> bool:
    return uri.endswith("/") or "." not in uri.rsplit("/", 1)[-1]


def _is_parquet(fields: Fields, kind: str, uris: tuple[str, ...]) -> bool:
    """Whether the files are parquet: the connector says so or, of the one that reads both, their names."""
    if kind != "spark":
        return kind == "parquet"
    suffixed = {uri.lower().endswith(".parquet") for uri in uris if not _is_folder(uri)}
    if len(suffixed) > 1:
        fields.fault("uri", "must name csv files or parquet files, not both")
    # A folder tells nothing: it holds parquet unless something is said of how its text is to be read.
    return suffixed.pop() if suffixed else not (CSV_OPTIONS - {"na_values"}) & set(fields.values)


def _header(fields: Fields, named: bool) -> tuple[int | None, bool]:
    """The header line, and whether the names come from it."""
    row, given = _header_row(fields)
    original = fields.flag("use_original_header", True)
    if named and not given:
        return None, False
    if not original and not named:
        fields.fault("use_original_header", "needs header_columns when it is false")
    if original and not named and row is None:
        fields.fault("header_row", "a file without a header line needs header_columns")
    return row, original and row is not None


def _header_row(fields: Fields) -> tuple[int | None, bool]:
    value = fields.values.get("header_row")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return 0, False
    if isinstance(value, bool):
        return (0 if value else None), True
    if isinstance(value, int) and 0 <= value <= MOST_HEADER_LINES:
        return value, True
    fields.fault("header_row", f"must be the number of one line, from 0 to {MOST_HEADER_LINES}")
    return 0, False


def _separator(fields: Fields, uri: str) -> str:
    tabbed = uri.lower().endswith((".tsv", ".tsv.gz"))
    value = fields.text("sep", "\t" if tabbed else ",")
    value = SEPARATORS.get(value, value)
    if len(value) != 1 or not value.isascii() or value.isalnum() or value in '"\r\n\\.-+':
        fields.fault("sep", "must be one character, such as a comma, a semicolon or a tab")
        return ","
    return value


def _decimal(fields: Fields, separator: str) -> str:
    value = fields.text("decimal", ".")
    if value not in (".", ","):
        fields.fault("decimal", "must be . or ,")
        return "."
    if value == separator:
        fields.fault("decimal", "must differ from sep")
    return value


def _index(fields: Fields) -> str | int | None:
    """Kept for clients that index by it; SQL sees the column like any other."""
    value = fields.values.get("index_col")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    fields.fault("index_col", "must be the name or the number of one column")
    return None


def _na_values(fields: Fields) -> dict[str, tuple[str, ...]]:
    given = fields.values.get("na_values") or {}
    if not isinstance(given, dict):
        fields.fault("na_values", "must be a mapping of column names to values")
        return {}
    found = {}
    for column, value in given.items():
        texts = [_na_text(item) for item in (value if isinstance(value, list) else [value])]
        if None in texts:
            fields.fault(f"na_values.{column}", "must be a text, a number or a list of them")
        else:
            found[column] = tuple(str(text) for text in texts)
    return found


def _na_text(value: Plain) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)

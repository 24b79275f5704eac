"""From a specification's files to the intermediate representation."""

import posixpath

from generator.client_plan import check_work, client
from generator.findings import Findings
from generator.ir import Api, Key
from generator.merge import Merger
from generator.names import distinct, module_name, precise, short, simple
from generator.naming import Naming
from generator.requests import Requests
from generator.scan import Map
from generator.schemas import Schemas
from generator.settle import Settling
from generator.source import Sources


def build(sources: Sources, findings: Findings) -> Api:
    """Everything that is emitted, for any valid OpenAPI 3 document. What cannot be expressed is in the findings."""
    root = sources.root
    modern = str(root.get("openapi", "")).startswith("3.1")
    schemas = Schemas(sources, Merger(sources, findings, modern), findings)
    for document in sources.documents():
        _components(document, schemas)
    requests = Requests(sources, schemas, findings)
    operations = requests.operations()
    schemas.finish()
    Settling(schemas.definitions).run(operations)
    naming = Naming({d.file: d for d in sources.documents()})
    modules = _modules({key.file for key in schemas.definitions})
    check_work(root, operations, plan := client(root, findings), findings)
    return Api(
        root_file=root.file,
        definitions=schemas.definitions,
        names=_names(list(schemas.definitions), naming),
        modules=modules,
        operations=operations,
        title=_title(root),
        client=plan,
        tags=_tags({o.tag for o in operations}),
        context=_reference(root, "x-context", findings),
        not_built=_reference(root, "x-not-built", findings),
        labels={d.file: _label(d.file, root.file) for d in sources.documents()},
        roles=requests.extensions.roles(root),
        strict_query=root.get("x-strict-query") is True,
        about=_about(root),
    )


def _about(root: Map) -> dict[str, str]:
    """What each tag's description says."""
    given = root.get("tags")
    tags = [t for t in given if isinstance(t, Map)] if isinstance(given, list) else []
    texts = {t.get("name"): t.get("description") for t in tags}
    return {k: v for k, v in texts.items() if isinstance(k, str) and isinstance(v, str)}


def _label(file: str, root: str) -> str:
    """A file as a header names it: from the folder above the root file, wherever on this machine that is."""
    folder = posixpath.dirname(root)
    return posixpath.normpath(posixpath.join(posixpath.basename(folder), posixpath.relpath(file, folder or ".")))


def _components(document: Map, schemas: Schemas) -> None:
    components = document.get("components")
    found = components.get("schemas") if isinstance(components, Map) else None
    for name in sorted(found) if isinstance(found, Map) else ():
        target = found[name] if isinstance(found, Map) else None
        if isinstance(target, Map):
            schemas.named(target, False)


def _names(keys: list[Key], naming: Naming) -> dict[Key, str]:
    """Class names, distinct within every file."""
    out: dict[Key, str] = {}
    for file in sorted({k.file for k in keys}):
        own = [k for k in keys if k.file == file]
        first = distinct(own, lambda k: _class(naming.first(k)), lambda k: _class(naming.second(k)), CLASS_NAMES)
        out.update(first)
    return out


CLASS_NAMES = frozenset(
    {"Annotated", "Any", "Literal", "Struct", "Meta", "UNSET", "UnsetType", "Enum", "StrEnum", "TypeAlias", "Protocol"}
    | {"TYPE_CHECKING", "Context", "None", "True", "False", "Mapping"}
)


def _class(name: str) -> str:
    name = short(name, 64)
    return name + "_" if name in CLASS_NAMES else name


def _modules(files: set[str]) -> dict[str, str]:
    def stem(file: str) -> str:
        return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    def first(file: str) -> str:
        name = module_name(stem(file))
        return "n" + name if name.startswith("_") else name

    return distinct(files, first, lambda f: short(simple(precise(f)).lower(), 40))


def _tags(tags: set[str]) -> dict[str, str]:
    def first(tag: str) -> str:
        name = module_name(tag)
        return "n" + name if name.startswith("_") else name

    return distinct(tags, first, lambda t: short(precise(t).lower(), 40))


def _title(root: Map) -> str:
    info = root.get("info")
    given = info.get("title") if isinstance(info, Map) else None
    return given if isinstance(given, str) else ""


def _reference(root: Map, key: str, findings: Findings) -> str:
    """An extension `package.module:Name`."""
    value = root.get(key, "")
    module, _, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    if value and not (name.isidentifier() and all(p.isidentifier() for p in module.split("."))):
        findings.stop(root.file, root.line_of(key), f"{key} is no place of a name", "write package.module:Name")
        return ""
    return value if isinstance(value, str) else ""

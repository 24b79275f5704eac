"""Requests through emitted operations: parameters, forms, raw bodies, aliases."""

import json
from typing import Any

import pytest

OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
INTEGERS = {"type": "array", "items": {"type": "integer"}}


def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


PATHS = {
    "/things/{thing_id}": {
        "parameters": [
            {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
        ],
        "get": {
            "operationId": "get_thing",
            "tags": ["things"],
            "parameters": [
                query("page", {"type": "integer", "minimum": 1, "default": 1}),
                query("flag", {"type": "boolean"}),
                query("ratio", {"type": "number"}),
                query("ids", INTEGERS),
                query("csv", INTEGERS, explode=False),
                query("piped", INTEGERS, style="pipeDelimited", explode=False),
                query("filter", {"type": "object", "additionalProperties": {"type": "integer"}}, style="deepObject"),
                query("json", {}, content={"application/json": {"schema": INTEGERS}}) | {"schema": None},
                query("body", {"type": "string"}),
                query("start<", {"type": "string", "format": "date"}),
                query("color", {"$ref": "#/components/schemas/Color"}),
                {"name": "X-Trace", "in": "header", "schema": {"type": "string", "maxLength": 3}},
                {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
            ],
            "responses": OK,
        },
        "post": {
            "operationId": "change_thing",
            "tags": ["things"],
            "x-aliases": [
                {"method": "POST", "path": "/thing/{thing_id}"},
                {"body": {"old_name": "name"}},
                {"query": {"thing_id": "thing_id"}},
            ],
            "requestBody": {
                "content": {
                    "application/json": {
                        "schema": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
                    }
                }
            },
            "responses": {"201": OK["200"], "202": {"description": "later"}},
        },
    },
    "/upload": {
        "post": {
            "operationId": "upload",
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["file"],
                            "properties": {
                                "file": {"type": "string", "format": "binary"},
                                "count": {"type": "integer"},
                            },
                        }
                    },
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "properties": {"count": {"type": "integer"}, "tags": {"type": "array", "items": {}}},
                        }
                    },
                    "image/png": {},
                },
            },
            "responses": {"200": {"description": "ok", "content": {"image/png": {}}}},
        }
    },
}
for parameter in PATHS["/things/{thing_id}"]["get"]["parameters"]:
    if parameter.get("schema", 0) is None:
        del parameter["schema"]


@pytest.fixture
def api(generate: Any) -> Any:
    return generate({"Color": {"type": "string", "enum": ["red", "blue"]}}, PATHS)


def read(api: Any, *pairs: tuple[str, str], path: str = "7", headers: dict[str, str] | None = None) -> Any:
    return api.operation("get_thing").read({"thing_id": path}, pairs, headers or {})


def test_parameters_are_typed(api: Any) -> None:
    found = read(
        api,
        ("page", "2"),
        ("flag", "true"),
        ("ratio", "1e2"),
        ("ids", "1"),
        ("ids", "-2"),
        ("csv", "3,4"),
        ("piped", "5|6"),
        ("filter[a]", "8"),
        ("json", "[9]"),
        ("body", "b"),
        ("start<", "2024-02-29"),
        ("color", "red"),
        ("unknown", "x"),
        headers={"x-trace": "abc", "Cookie": "a=b; sid=s%20t"},
    )
    assert (found.thing_id, found.page, found.flag, found.ratio, found.ids) == (7, 2, True, 100.0, [1, -2])
    assert (found.csv, found.piped, found.filter, found.json, found.body_) == ([3, 4], [5, 6], {"a": 8}, [9], "b")
    assert (found.start_, found.color, found.X_Trace, found.sid) == ("2024-02-29", "red", "abc", "s t")


def test_parameters_that_are_left_out_have_their_default_or_none(api: Any) -> None:
    found = read(api)
    assert (found.page, found.flag, found.ids) == (1, None, None)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("page", "0"), "query parameter page: expected `int` >= 1"),
        (("page", "1.0"), "query parameter page: expected an integer"),
        (("page", "+1"), "query parameter page: expected an integer"),
        (("page", "١"), "query parameter page: expected an integer"),
        (("page", "1" * 5000), "query parameter page: expected an integer"),
        (("flag", "1"), "query parameter flag: expected true or false"),
        (("ratio", "nan"), "query parameter ratio: expected a number"),
        (("ids", "x"), "query parameter ids: expected an integer"),
        (("start<", "2024-02-30"), "query parameter start<: expected a date"),
        (("color", "green"), "query parameter color: invalid enum value"),
        (("filter[a]", "x"), "query parameter filter: expected an integer"),
        (("json", "[1"), "query parameter json: expected JSON"),
    ],
)
def test_a_wrong_parameter_is_named(api: Any, pair: tuple[str, str], message: str) -> None:
    with pytest.raises(api.contract.Mismatch) as caught:
        read(api, pair)
    assert caught.value.message.startswith(message)


def test_a_parameter_given_twice_is_refused(api: Any) -> None:
    with pytest.raises(api.contract.Mismatch, match="page: expected one value"):
        read(api, ("page", "1"), ("page", "2"))


def test_a_path_parameter_is_strict(api: Any) -> None:
    for text in ("0", "x", "1" * 400, "1 ", "--1"):
        with pytest.raises(api.contract.Mismatch, match="path parameter thing_id: expected"):
            read(api, path=text)


def test_unknown_query_parameters_are_refused_where_the_root_says_so(generate: Any) -> None:
    api = generate({"Color": {"type": "string"}}, PATHS, name="strict", **{"x-strict-query": True})
    with pytest.raises(api.contract.Mismatch, match="query parameter pgae: there is no such parameter"):
        read(api, ("pgae", "1"))


def test_a_body_that_is_not_needed_may_be_empty_or_null(api: Any) -> None:
    change = api.operation("change_thing")
    assert change.decode(b"") is None
    assert change.decode(b" null ") is None
    assert change.decode(b'{"name": "n"}').name == "n"
    with pytest.raises(api.contract.Mismatch, match="required"):
        api.operation("upload").decode(b"")


def test_old_names_in_bodies_and_queries_still_work(api: Any) -> None:
    change = api.operation("change_thing")
    assert change.decode(b'{"old_name": "n"}').name == "n"
    assert change.read({"thing_id": "4"}, [("thing_id", "4")], {}).thing_id == 4
    with pytest.raises(api.contract.Mismatch, match="same value"):
        change.read({"thing_id": "4"}, [("thing_id", "5")], {})
    with pytest.raises(api.contract.Mismatch, match="duplicate"):
        change.decode(b'{"old_name": "n", "old_name": "m"}')


def test_forms_and_files_are_decoded(api: Any) -> None:
    upload = api.operation("upload")
    form = upload.decode(b"count=3&tags=a&tags=b", "application/x-www-form-urlencoded")
    assert (form.count, form.tags) == (3, ["a", "b"])
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n\x00\xff\r\n'
        b'--x\r\nContent-Disposition: form-data; name="count"\r\n\r\n5\r\n--x--\r\n'
    )
    parts = upload.decode(body, "multipart/form-data; boundary=x")
    assert (parts.file.content, parts.file.name, parts.count) == (b"\x00\xff", "f.txt", 5)
    assert upload.decode(b"\x89PNG", "image/png").content == b"\x89PNG"
    for raw, kind in (
        (b"count=x", "application/x-www-form-urlencoded"),
        (b"--x", "multipart/form-data"),
        (b"%ff=%ff", "application/x-www-form-urlencoded"),
    ):
        with pytest.raises(api.contract.Mismatch):
            upload.decode(raw, kind)


def test_the_table_says_what_an_operation_is(api: Any) -> None:
    change = api.operation("change_thing")
    assert (change.tag, change.method, change.path, change.status) == ("things", "POST", "/things/{thing_id}", 201)
    assert change.media_types == ("application/json",)
    assert [a.path for a in change.aliases if a.path] == ["/thing/{thing_id}"]


def test_the_binding_calls_the_handler_with_typed_values(api: Any) -> None:
    seen: list[Any] = []

    class Handlers:
        @staticmethod
        def change_thing(context: Any, thing_id: int, body: Any) -> dict[str, Any]:
            seen.extend([context, thing_id, body.name])
            return {"done": True}

    change = api.operation("change_thing")
    params = change.read({"thing_id": "4"}, [], {})
    result = change.call(Handlers, "context", params, change.decode(b'{"name": "n"}'))
    assert seen == ["context", 4, "n"]
    assert json.loads(change.encode(result)) == {"done": True}


def test_an_operation_is_open_only_where_its_security_says_so(generate: Any) -> None:
    def path(name: str, **more: Any) -> dict[str, Any]:
        return {"get": {"operationId": name, "responses": OK, **more}}

    paths = {"/a": path("closed"), "/b": path("open", security=[]), "/c": path("maybe", security=[{}, {"key": []}])}
    api = generate({}, paths, security=[{"key": []}])
    assert api.operation("closed").permission is not None
    assert api.operation("open").permission is None
    assert api.operation("maybe").permission is None


def test_levels_of_built_in_roles_come_out_in_the_order_of_their_names(generate: Any) -> None:
    answer = {"200": {"description": "ok"}}
    ping = {"operationId": "ping", "responses": answer, "x-roles": {"users": "see", "auditors": "own"}}
    paths = {"/ping": {"get": ping}}
    out = generate(paths=paths, **{"x-roles": {"users": "use", "admins": "own"}})
    assert list(out.operations.ROLES.items()) == [("admins", 4), ("users", 2)]
    assert list(out.operation("ping").roles.items()) == [("auditors", 4), ("users", 1)]


def test_a_document_without_roles_has_none(generate: Any) -> None:
    out = generate()
    assert not hasattr(out.operations, "ROLES")
    assert out.operation("ping").roles == {}

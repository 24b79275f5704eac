"""The router finds what the document says, and says what it has where it has nothing."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import DomainError, Invalid, NotFound
from quarantine.server.problems import MethodNotAllowed
from quarantine.server.routing import Router


@dataclass(frozen=True)
class Other:
    method: str = ""
    path: str = ""
    when_body: bool = False


@dataclass(frozen=True)
class Made:
    id: str
    method: str
    path: str
    aliases: tuple[Other, ...] = field(default=())


def router(*entries: tuple[str, str], **aliases: Other) -> Router:
    made = [Made(f"{method} {path}", method, path) for method, path in entries]
    made += [Made(name, "POST", f"/{name}", (alias,)) for name, alias in aliases.items()]
    return Router(made)  # type: ignore[arg-type]


def found(routes: Router, method: str, path: str) -> tuple[str, dict[str, str]]:
    match = routes.match(method, path.encode())
    return match.route.operation.id, dict(match.path)


HOUSE = router(
    ("GET", "/data"),
    ("POST", "/data"),
    ("GET", "/data/{data_uuid}"),
    ("DELETE", "/data/{data_uuid}"),
    ("POST", "/data/{data_uuid}/permissions"),
    ("GET", "/commits"),
    ("GET", "/commits/{commit_uuid}"),
    ("POST", "/commits/{commit_uuid}/transform"),
    ("POST", "/models/register"),
    ("GET", "/models/{model_uuid}"),
    ("GET", "/users/profile"),
    ("PATCH", "/users/{user_id}"),
)


@pytest.mark.parametrize(
    ("method", "path", "operation", "values"),
    [
        ("GET", "/api/data", "GET /data", {}),
        ("GET", "/api/data/", "GET /data", {}),
        ("GET", "/api/commits/", "GET /commits", {}),
        ("GET", "/api/data/u/", "GET /data/{data_uuid}", {"data_uuid": "u"}),
        ("POST", "/api/data/u/permissions", "POST /data/{data_uuid}/permissions", {"data_uuid": "u"}),
        ("GET", "/api/users/profile/", "GET /users/profile", {}),
        ("PATCH", "/api/users/7", "PATCH /users/{user_id}", {"user_id": "7"}),
        ("GET", "/api/d%61ta", "GET /data", {}),
        ("GET", "/api/data/a%2Fb", "GET /data/{data_uuid}", {"data_uuid": "a/b"}),
        ("GET", "/api/data/%C3%A9", "GET /data/{data_uuid}", {"data_uuid": "é"}),
        ("GET", "/api/data/..", "GET /data/{data_uuid}", {"data_uuid": ".."}),
        ("GET", "/api/data/%zz", "GET /data/{data_uuid}", {"data_uuid": "%zz"}),
    ],
)
def test_a_path_leads_to_its_operation(method: str, path: str, operation: str, values: dict[str, str]) -> None:
    assert found(HOUSE, method, path) == (operation, values)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("DELETE", "/api/data/", "data_uuid"),
        ("POST", "/api/data//permissions", "data_uuid"),
        ("POST", "/api/data//permissions/", "data_uuid"),
        ("POST", "/api/commits//transform", "commit_uuid"),
        ("GET", "/api/data//", "data_uuid"),
    ],
)
def test_an_empty_path_parameter_is_named(method: str, path: str, name: str) -> None:
    with pytest.raises(Invalid, match=f"path parameter {name} is empty"):
        found(HOUSE, method, path)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/data", "GET, POST"),
        ("PUT", "/api/data/", "GET, POST"),
        ("POST", "/api/data/u", "DELETE, GET"),
        ("GET", "/api/models/register", "POST"),
        ("GET", "/api/data/u/permissions", "POST"),
        ("GET", "/api/commits//transform", "POST"),
        ("HEAD", "/api/data", "GET, POST"),
        ("OPTIONS", "/api/users/profile", "GET"),
    ],
)
def test_another_method_is_told_all_that_are_allowed(method: str, path: str, allow: str) -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        found(HOUSE, method, path)
    assert refused.value.allow == allow


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/apidata", "/api//data", "/api/data/u/x", "/api/user", "/api/data%2Fu", "", "*"]
)
def test_no_path_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        found(HOUSE, "GET", path)


@pytest.mark.parametrize("path", ["/api/data/%00", "/api/data/%0a", "/api/data/%ff", "/api/data/%7f", "/api/%ff"])
def test_control_characters_and_broken_utf8_are_refused(path: str) -> None:
    with pytest.raises(Invalid):
        found(HOUSE, "GET", path)


def test_the_tree_backs_out_of_a_named_branch_that_leads_nowhere() -> None:
    routes = router(("GET", "/a/b/d"), ("GET", "/a/{x}/c"), ("GET", "/{y}/b/e"))
    assert found(routes, "GET", "/api/a/b/c") == ("GET /a/{x}/c", {"x": "b"})
    assert found(routes, "GET", "/api/a/b/e") == ("GET /{y}/b/e", {"y": "a"})
    assert found(routes, "GET", "/api/a/b/d") == ("GET /a/b/d", {})


def test_an_alias_is_the_same_operation() -> None:
    routes = router(("GET", "/jobs/{job_uuid}"), cancel=Other(path="/jobs/{job_uuid}/delete"))
    assert found(routes, "POST", "/api/jobs/u/delete/") == ("cancel", {"job_uuid": "u"})


def test_a_get_with_a_body_can_be_another_operation() -> None:
    routes = router(("GET", "/groups"), add=Other(method="GET", path="/groups", when_body=True))
    match = routes.match("GET", b"/api/groups")
    assert match.route.operation.id == "GET /groups"
    assert match.route.with_body is not None
    assert match.route.with_body.operation.id == "add"


def test_two_operations_cannot_share_a_path_and_a_method() -> None:
    with pytest.raises(ValueError, match="is both"):
        router(("GET", "/a/{x}"), ("GET", "/a/{y}"))


SEGMENTS = st.sampled_from(["a", "b", "c"])
TEMPLATES = st.lists(st.one_of(SEGMENTS, st.just("{}")), min_size=1, max_size=4).map(tuple)


def literal(template: tuple[str, ...]) -> bool:
    return "{}" not in template


def fits(template: tuple[str, ...], path: list[str]) -> bool:
    return len(template) == len(path) and all(part in ("{}", given) for part, given in zip(template, path, strict=True))


@given(st.sets(TEMPLATES, min_size=1, max_size=12), st.lists(SEGMENTS, min_size=1, max_size=4))
def test_what_the_tree_finds_is_what_a_search_through_all_templates_finds(
    templates: set[tuple[str, ...]], path: list[str]
) -> None:
    def written(template: tuple[str, ...]) -> str:
        return "/" + "/".join(f"{{p{at}}}" if part == "{}" else part for at, part in enumerate(template))

    routes = router(*(("GET", written(template)) for template in templates))
    fitting = [template for template in templates if fits(template, path)]
    try:
        operation, values = found(routes, "GET", "/api/" + "/".join(path))
    except NotFound:
        assert not fitting
        return
    # Named segments first, from the left: the order in which OpenAPI prefers concrete paths.
    best = max(fitting, key=lambda template: [part != "{}" for part in template])
    assert operation == f"GET {written(best)}"
    assert list(values.values()) == [given for part, given in zip(best, path, strict=True) if part == "{}"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(lambda text: text != "/"))
def test_any_text_survives_as_one_path_parameter(value: str) -> None:
    assert found(HOUSE, "DELETE", f"/api/data/{quote(value, safe='')}") == (
        "DELETE /data/{data_uuid}",
        {"data_uuid": value},
    )


@given(st.sampled_from(["GET", "POST", "DELETE", "BREW"]), st.binary(max_size=60))
def test_any_bytes_are_a_match_or_a_refusal(method: str, path: bytes) -> None:
    for raw in (path, b"/api/" + path, b"/api/data/" + path):
        try:
            HOUSE.match(method, raw)
        except DomainError as error:
            assert error.message


def test_the_thousandth_route_takes_as_many_steps_as_the_first() -> None:
    routes: Any = router(*(("GET", f"/group{number}/{{id}}/item") for number in range(1000)))
    assert found(routes, "GET", "/api/group0/7/item")[0] == "GET /group0/{id}/item"
    assert found(routes, "GET", "/api/group999/7/item")[0] == "GET /group999/{id}/item"
    assert len(routes._root.children) == 1000

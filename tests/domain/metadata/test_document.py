"""YAML that attacks its reader."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.document import parse_document
from quarantine.domain.metadata.read import read_metadata

LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

ATTACKS = {
    "a tag that runs a command": ("a: !!python/object/apply:os.system ['true']", "tag"),
    "a tag that builds an object": ("a: !!python/object:collections.OrderedDict {}", "tag"),
    "a tag that reads a name": ("a: !!python/name:os.system", "tag"),
    "a local tag": ("a: !secret x", "tag"),
    "an ordered mapping": ("a: !!omap [x: 1]", "tag"),
    "binary content": ("a: !!binary aGVsbG8=", "tag"),
    "an alias bomb": (LAUGHS, "anchors and aliases"),
    "an alias to itself": ("a: &a [*a]", "anchors and aliases"),
    "a merge key": ("<<: {a: 1}", "a key must be text"),
    "two documents": ("a: 1\n---\nb: 2\n", "one document"),
    "deep flow nesting": ("[" * 100_000, "nested deeper"),
    "deep block nesting": ("".join(" " * n + "a:\n" for n in range(500)), "nested deeper"),
    "a key that stands twice": ("a: 1\nb: 2\na: 3\n", "'a' stands twice"),
    "a number for a key": ("1: x", "a key must be text"),
    "a boolean for a key": ("on: x", "a key must be text"),
    "a list for a key": ("? [a]\n: x", "a key must be text"),
    "a number of 5000 digits": (f"a: {'9' * 5000}", "length"),
    "a date that does not exist": ("a: 2020-13-45", "does not fit"),
    "a tag that the value does not fit": ("a: !!int hello", "does not fit"),
    "an unfinished mapping": ("{a: 1", "not valid YAML"),
    "NUL": ("a: \x00", "not valid YAML"),
    "a lone surrogate": ("a: \ud800", "not valid YAML"),
    "an escaped surrogate": ('a: "\\ud800"', "not valid YAML"),
    "too many entries": ("[" + "1," * 300_000 + "]", "too many entries"),
    "too many bytes": ("a: " + "é" * 600_000, "larger than"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_before_anything_is_built(attack: str) -> None:
    text, expected = ATTACKS[attack]
    with pytest.raises(Refused) as caught:
        parse_document(text)
    assert expected in caught.value.message
    assert len(caught.value.message) < 500


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_metadata(text)
    except Refused as refused:
        assert refused.message.isprintable()


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    )
)
def test_any_tree_under_the_wrapper_is_read_or_refused(tree: object) -> None:
    for form in ("simple", "full"):
        for node in (tree, {"dataset": tree}, {"type_name": "dataset", "attributes": tree, "child_nodes": tree}):
            with pytest.raises(Refused):
                read_metadata(yaml.safe_dump({"meta_dataset": {"format": form, "node": node}}))

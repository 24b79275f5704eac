"""Two schemas compared, down to the last property, each pair of schemas once: recursion ends by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from generator.diff_document import Document, mapping, reference_of, sequence, unchanged_references
from generator.diff_findings import Direction, Finding, Place, Relation
from generator.diff_keywords import Change, consequence, keyword_changes, nullable_change, type_change
from generator.diff_shape import FORMS, Shape, Shapes, bare, form, form_name
from generator.diff_text import canonical, code, token, value

Pair = tuple[Place, Any, Any]
Step = Generator[Finding, None, list[Pair]]


class Schemas:
    """The comparison of schemas of two documents."""

    def __init__(self, before: Document, after: Document) -> None:
        """Prepare both documents; parts that are equal in both are never walked."""
        self.before, self.after = before, after
        self._old, self._new = Shapes(before), Shapes(after)
        self._unchanged = unchanged_references(before, after)

    def compare(
        self,
        operation: str,
        place: Place,
        schemas: tuple[Any, Any],
        direction: Direction,
        aliases: Mapping[str, str] | None = None,
    ) -> Iterator[Finding]:
        """What changed between the two; `aliases` are old names of top-level properties that are still read."""
        walk = _Walk(operation, direction, self._old, self._new)
        pending: deque[Pair] = deque([(place, *schemas)])
        seen: set[tuple[int | str, int | str]] = set()
        while pending:
            where, old, new = pending.popleft()
            if reference_of(old) == reference_of(new) and reference_of(old) in self._unchanged:
                continue
            pair = (self._old.identity(old), self._new.identity(new))
            if pair not in seen:
                seen.add(pair)
                pending.extend((yield from walk.one(where, old, new, aliases or {})))
                aliases = None


class _Walk:
    """One step of a comparison: the findings of a pair of schemas, and the pairs below it."""

    def __init__(self, operation: str, direction: Direction, old: Shapes, new: Shapes) -> None:
        self.operation, self.direction = operation, direction
        self._old, self._new = old, new

    def one(self, place: Place, before: Any, after: Any, aliases: Mapping[str, str]) -> Step:
        old, new = self._old.of(before), self._new.of(after)
        change = nullable_change(old, new)
        if change:
            yield self._graded(place, change)
        change = _forms_replaced(before, after, old, new) or type_change(old, new)
        if change:
            yield self._graded(place, change)
            if change.relation is Relation.DIFFERENT or change.what in FORMS:
                return []
        for change in keyword_changes(old, new):
            yield self._graded(place, change)
        below: list[Pair] = []
        below += yield from self._fields(place, old, new, aliases)
        below += yield from self._inner(place, old, new)
        below += yield from self._forms(place, old, new)
        return below

    def _graded(self, place: Place, change: Change) -> Finding:
        if change.relation is None:
            return Finding(self.operation, place, change.what, change.text, False)
        breaking = change.relation.breaks(self.direction)
        text = change.text + consequence(change.relation, self.direction, change.beyond)
        return Finding(self.operation, place, change.what, text, breaking)

    def _found(self, place: Place, what: str, text: str, breaking: bool) -> Finding:
        return Finding(self.operation, place, what, text, breaking)

    def _visible(self, shapes: Shapes, shape: Shape) -> dict[str, Any]:
        """The properties that travel in this direction."""
        hidden = "readOnly" if self.direction is Direction.REQUEST else "writeOnly"
        fields = mapping(shape.get("properties"))
        return {name: part for name, part in fields.items() if shapes.of(part).get(hidden) is not True}

    def _fields(self, place: Place, old: Shape, new: Shape, aliases: Mapping[str, str]) -> Step:
        before, after = self._visible(self._old, old), self._visible(self._new, new)
        gone = {name: part for name, part in sorted(before.items()) if name not in after}
        come = {name: part for name, part in sorted(after.items()) if name not in before}
        read = {name: aliases[name] for name in gone if aliases.get(name) in after}
        renamed = _renamed(gone, come)
        for name in gone:
            yield self._gone(place.field(name), read.get(name), renamed.get(name))
        former = {target: name for name, target in (renamed | read).items()}
        for name in come:
            required = name in new["required"] and self.direction is Direction.REQUEST
            required = required and former.get(name) not in old["required"]
            if name not in former or required:
                text = "is new and required: clients that leave it out get 400" if required else "is new"
                yield self._found(place.field(name), "required" if required else "added", text, required)
        kept = sorted(before.keys() & after.keys())
        for name in kept:
            yield from self._required(place.field(name), name in old["required"], name in new["required"])
        pairs = [*((name, name) for name in kept), *sorted(read.items())]
        return [(place.field(name), before[name], after[target]) for name, target in pairs]

    def _gone(self, place: Place, read_as: str | None, renamed: str | None) -> Finding:
        if read_as is not None:
            text = f"is called {code(read_as)} now; the old name is still read (`x-aliases`)"
            return self._found(place, "renamed", text, False)
        if renamed is not None:
            text = f"is gone and {code(renamed)}, of the same form, is new (renamed?)"
            return self._found(place, "renamed", text, True)
        return self._found(place, "removed", "was removed", True)

    def _required(self, place: Place, before: bool, after: bool) -> Iterator[Finding]:
        if before == after:
            return
        request = self.direction is Direction.REQUEST
        if after:
            text = "became required" + (": clients that leave it out get 400" if request else "")
        else:
            text = "is no longer required" + ("" if request else ": clients may not find it")
        yield self._found(place, "required", text, after == request)

    def _inner(self, place: Place, old: Shape, new: Shape) -> Step:
        below: list[Pair] = []
        if "items" in old and "items" in new:
            below.append((place.items(), old["items"], new["items"]))
        elif "items" in old or "items" in new:
            relation = Relation.NARROWER if "items" in new else Relation.WIDER
            text = "items have a schema now" if "items" in new else "items may be anything now"
            yield self._graded(place, Change("items", relation, text, "other items"))
        before, after = (shape.get("additionalProperties", True) for shape in (old, new))
        if isinstance(before, dict) and isinstance(after, dict):
            below.append((place.others(), before, after))
        elif (before_rank := _openness(before)) != (after_rank := _openness(after)):
            relation = Relation.WIDER if after_rank > before_rank else Relation.NARROWER
            text = f"additional properties went from {_OPEN[before_rank]} to {_OPEN[after_rank]}"
            yield self._graded(place, Change("additionalProperties", relation, text, "additional properties"))
        return below

    def _forms(self, place: Place, old: Shape, new: Shape) -> Step:
        below: list[Pair] = []
        if "anyOf" in old and "oneOf" in new and "oneOf" not in old:
            yield self._graded(place, Change("oneOf", Relation.NARROWER, "`anyOf` became `oneOf`"))
        elif "oneOf" in old and "anyOf" in new and "anyOf" not in old:
            yield self._graded(place, Change("anyOf", Relation.WIDER, "`oneOf` became `anyOf`"))
        before = {form(part): part for keyword in FORMS for part in sequence(old.get(keyword))}
        after = {form(part): part for keyword in FORMS for part in sequence(new.get(keyword))}
        below += [
            (place.branch(form_name(before[key])), before[key], after[key]) for key in sorted(before) if key in after
        ]
        gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
        if len(gone) == len(come) == 1:
            below.append((place.branch(form_name(before[gone[0]])), before[gone[0]], after[come[0]]))
            gone, come = [], []
        for key in gone:
            text = f"the form {value(form_name(before[key]))} is no longer valid"
            yield self._graded(
                place, Change(f"form {token(form_name(before[key]))} removed", Relation.NARROWER, text, "it")
            )
        for key in come:
            text = f"the form {value(form_name(after[key]))} became valid"
            yield self._graded(place, Change(f"form {token(form_name(after[key]))} added", Relation.WIDER, text, "it"))
        yield from self._discriminator(place, mapping(old.get("discriminator")), mapping(new.get("discriminator")))
        return below

    def _discriminator(self, place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
        if old.get("propertyName") != new.get("propertyName"):
            yield self._graded(place, Change("discriminator", Relation.DIFFERENT, "the discriminator changed"))
            return
        before, after = mapping(old.get("mapping")), mapping(new.get("mapping"))
        for name in sorted(before.keys() | after.keys()):
            if canonical(before.get(name)) != canonical(after.get(name)):
                relation = Relation.WIDER if name not in before else Relation.NARROWER
                relation = Relation.DIFFERENT if name in before and name in after else relation
                text = f"the discriminator's value {code(name)} changed what it stands for"
                yield self._graded(place, Change(f"discriminator {token(name)}", relation, text, "it"))


_OPEN = ("none", "those of a schema", "any")


def _openness(additional: Any) -> int:
    if additional is False:
        return 0
    return 1 if isinstance(additional, dict) and additional else 2


def _forms_replaced(before: Any, after: Any, old: Shape, new: Shape) -> Change | None:
    """One form became several, or several one: told apart from an unrelated change of type."""
    were = [part for keyword in FORMS for part in sequence(old.get(keyword))]
    are = [part for keyword in FORMS for part in sequence(new.get(keyword))]
    if bool(were) == bool(are) or ("type" in old and "type" in new):
        return None
    keyword = next(name for name in FORMS if name in (new if are else old))
    if are:
        kept = form(before) in {form(part) for part in are}
        others = ", ".join(value(form_name(part)) for part in are if form(part) != form(before))
        relation = Relation.WIDER if kept or not bare(before) else Relation.DIFFERENT
        relation = Relation.NARROWER if not (old.keys() - {"nullable", "required"}) else relation
        return Change(keyword, relation, f"several forms became valid: {others}", "those")
    kept = form(after) in {form(part) for part in were}
    others = ", ".join(value(form_name(part)) for part in were if form(part) != form(after))
    relation = Relation.NARROWER if kept else Relation.DIFFERENT
    relation = Relation.WIDER if not (new.keys() - {"nullable", "required"}) else relation
    return Change(keyword, relation, f"several forms are no longer valid: {others}", "those")


def _renamed(gone: Mapping[str, Any], come: Mapping[str, Any]) -> dict[str, str]:
    """Old name to new name, where exactly one of each has the same form."""
    names: dict[str, str] = {}
    for name, part in gone.items():
        form_of = canonical(bare(part))
        same = [other for other in come if canonical(bare(come[other])) == form_of]
        rivals = [other for other in gone if canonical(bare(gone[other])) == form_of]
        if len(same) == len(rivals) == 1:
            names[name] = same[0]
    return names

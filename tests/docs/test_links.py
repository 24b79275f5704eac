"""Every relative link of the documentation leads somewhere, with its anchor."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from live import ROOT

PAGES = sorted(
    [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")] + [*(ROOT / "docs").rglob("*.md")]
)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
OWN_ANCHOR = re.compile(r"""<[^>]+ (?:id|name)=["']([^"']+)["']""")


def links(text: str) -> Iterator[str]:
    """Targets of links outside of code."""
    prose = INLINE_CODE.sub("code", FENCED.sub("", text))
    return (found[1] for found in LINK.finditer(prose))


@cache
def anchors(page: Path) -> set[str]:
    """What can stand behind `#`: headings as GitHub names them, and anchors of the page's own."""
    text = page.read_text(encoding="utf8")
    found: set[str] = set(OWN_ANCHOR.findall(text))
    for heading in HEADING.findall(FENCED.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.add(name if name not in found else f"{name}-{sum(each.startswith(name) for each in found)}")
    return found


def fault(page: Path, link: str) -> str:
    """What is wrong with a link; empty where nothing is."""
    if re.match(r"[a-z][a-z+.-]*:", link):
        return ""
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT):
        return "leads out of the project"
    if not target.exists():
        return "there is no such file"
    if anchor and (target.suffix != ".md" or anchor not in anchors(target)):
        return "there is no such heading"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    found = [(link, fault(page, link)) for link in links(page.read_text(encoding="utf8"))]
    assert not [each for each in found if each[1]]


def test_every_page_is_in_the_site_s_navigation() -> None:
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf8")
    pages = [page.relative_to(ROOT / "docs") for page in PAGES if page.is_relative_to(ROOT / "docs")]
    assert not [page for page in pages if page.parts[0] != "decisions" and f": {page}\n" not in listed]


def test_a_link_that_leads_nowhere_is_noticed() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/privacy.md#the-promise) [b](docs/gone.md) [c](docs/privacy.md#gone) `[d](gone)` [e](../x)"
    text += " [f](#use-it)"
    assert [fault(page, link) for link in links(text)] == [
        "",
        "there is no such file",
        "there is no such heading",
        "leads out of the project",
        "",
    ]

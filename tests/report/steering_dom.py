"""Just enough of a browser's view of a page to ask for its elements, their attributes and their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "input", "col", "br", "img", "link"})


@dataclass
class Node:
    """An element. children : elements and text, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str, **having: str) -> list[Node]:
        """Elements below with a tag and attributes; `class_` for class."""
        wanted = {name.rstrip("_"): value for name, value in having.items()}
        found = (node for node in self.walk() if node.tag == tag)
        return [node for node in found if all(node.attributes.get(name) == value for name, value in wanted.items())]

    @property
    def words(self) -> str:
        """What it says, without style and script."""
        if self.tag in ("style", "script"):
            return ""
        said = (child if isinstance(child, str) else child.words for child in self.children)
        return " ".join(" ".join(said).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.open.pop()
        assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def dom(source: str) -> Node:
    """The elements of a page; fails where tags are not closed in order."""
    builder = _Builder()
    builder.feed(source)
    builder.close()
    assert [node.tag for node in builder.open] == ["document"]
    return builder.root

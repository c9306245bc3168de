"""A long tagged PDF set in parts and put together again: memory is that of one part, not of all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.figures import Figure
from reports.georeference import georeferenced
from reports.typeset import forget, typeset

SHEETS = 40
"""Sheets of a part; one takes about five megabytes while it is set."""
ELSEWHERE = "tapak:"
"""Begins the address of a link whose goal stands in another part; the label follows."""
PAGES = "halaman.typ"
"""The template that sets nothing but page numbers, when their total is known."""
_NUMBER, _KIND = "/NomorHalaman", "<</Type /Pagination /Subtype /Footer>>"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What one part is set from: values, pictures, and its maps in their order."""

    told: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    figures: Sequence[Figure] = ()


def typeset_parts(template: str, parts: Iterable[Part]) -> bytes:
    """Set a document of one or more parts.

    Parameters
    ----------
    template : str
        As for `reports.typeset.typeset`.
    parts : iterable of Part
        Only one at a time is held. The first has the document's heading and its outline's root;
        where there are more, each begins on a new page, its ``told["page"]`` is "", and links to
        other parts lead to `ELSEWHERE` and a label.

    Returns
    -------
    bytes
        One part is what `typeset` and `georeferenced` make of it. Several are one document:
        pages, tags, labels and bookmarks go on from part to part, and every page has its number.
    """
    made, first = [], None
    for k, part in enumerate(parts):
        first = first or part.told
        raw = typeset(template, part.told, files=part.files, checked=k == 0)
        made.append(georeferenced(raw, part.figures))
        forget()
    if first is None or len(made) == 1:
        return made[0] if made else b""
    return _together(made, first)


def _together(made: Sequence[bytes], told: Mapping[str, Any]) -> bytes:
    import pikepdf  # only when a document has several parts

    rests = [pikepdf.open(io.BytesIO(raw)) for raw in made[1:]]
    with pikepdf.open(io.BytesIO(made[0])) as whole:
        tags = _Tags(whole)
        goals = _goals(whole, [page.obj for page in whole.pages])
        for k, rest in enumerate(rests, start=1):
            tags.offset(rest, k)
            before = len(whole.pages)
            whole.pages.extend(rest.pages)
            own = [page.obj for page in whole.pages][before:]
            tags.join(rest)
            goals |= _goals(rest, own)
            _bookmarks(whole, rest, own)
        tags.write()
        _link(whole, goals)
        _number(whole, told)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for rest in rests:
        rest.close()
    return out.getvalue()


class _Tags:
    """The tags of a document that those of others are joined to."""

    def __init__(self, whole: Any) -> None:
        from pikepdf import NameTree, NumberTree

        self.whole = whole
        self.root = whole.Root.StructTreeRoot
        self.top = self.root.K[0]
        self.parents = dict(NumberTree(self.root.ParentTree).items())
        self.named = dict(NameTree(self.root.IDTree).items()) if "/IDTree" in self.root else {}
        self.next = int(self.root.ParentTreeNextKey)

    def offset(self, rest: Any, number: int) -> None:
        """Give a part keys and names that no other part has."""
        from pikepdf import Array, Dictionary, Stream, String

        for one in rest.objects:
            if not isinstance(one, Dictionary | Stream):
                continue
            for key in ("/StructParents", "/StructParent"):
                if key in one:
                    one[key] = int(one[key]) + self.next
            if "/S" not in one or "/P" not in one:
                continue
            if "/ID" in one:
                one.ID = String(f"{number}-{one.ID}")
            for told in one.get("/A", ()) if isinstance(one.get("/A"), Array) else ():
                if "/Headers" in told:
                    told.Headers = Array(String(f"{number}-{name}") for name in told.Headers)

    def join(self, rest: Any) -> None:
        """Put a part's tags under the document's own, once its pages are there."""
        from pikepdf import NameTree, NumberTree

        root = rest.Root.StructTreeRoot
        if not root.is_indirect:
            rest.Root.StructTreeRoot = root = rest.make_indirect(root)
        own = self.whole.copy_foreign(root)
        for kid in own.K[0].K:
            kid.P = self.top
            self.top.K.append(kid)
        found = NumberTree(own.ParentTree).items()
        self.parents |= {key + self.next: value for key, value in found}
        if "/IDTree" in own:
            self.named |= {str(tag.ID): tag for _, tag in NameTree(own.IDTree).items()}
        self.next += int(own.ParentTreeNextKey)

    def write(self) -> None:
        """Write the trees by which pages and cells find their tags."""
        from pikepdf import Array, Dictionary, String

        pairs = [part for key in sorted(self.parents) for part in (key, self.parents[key])]
        self.root.ParentTree = self.whole.make_indirect(Dictionary(Nums=Array(pairs)))
        self.root.ParentTreeNextKey = self.next
        if self.named:
            names = [p for key in sorted(self.named) for p in (String(key), self.named[key])]
            self.root.IDTree = self.whole.make_indirect(Dictionary(Names=Array(names)))


def _place(goal: Any, source: Any, own: Sequence[Any]) -> Any:
    """Return a goal inside a part as one inside the document, whose pages are ``own``."""
    from pikepdf import Array

    at = {page.obj.objgen: k for k, page in enumerate(source.pages)}[goal[0].objgen]
    return Array([own[at], *list(goal)[1:]])


def _goals(source: Any, own: Sequence[Any]) -> dict[str, Any]:
    from pikepdf import NameTree

    if "/Names" not in source.Root or "/Dests" not in source.Root.Names:
        return {}
    found = NameTree(source.Root.Names.Dests).items()
    return {str(name): _place(goal, source, own) for name, goal in found}


def _bookmarks(whole: Any, rest: Any, own: Sequence[Any]) -> None:
    """Hang a part's bookmarks under the first one of the document."""
    from pikepdf import OutlineItem

    def copied(item: Any) -> Any:
        made = OutlineItem(item.title, _place(item.destination, rest, own))
        made.is_closed = item.is_closed
        made.children.extend(copied(inner) for inner in item.children)
        return made

    with rest.open_outline() as given, whole.open_outline() as outline:
        outline.root[0].children.extend(copied(item) for item in given.root)


def _link(whole: Any, goals: Mapping[str, Any]) -> None:
    """Let links to other parts lead there."""
    from pikepdf import Array, Dictionary, String

    names = [part for key in sorted(goals) for part in (String(key), goals[key])]
    whole.Root.Names = Dictionary(Dests=whole.make_indirect(Dictionary(Names=Array(names))))
    for page in whole.pages:
        for note in page.obj.get("/Annots", ()):
            address = str(note.A.get("/URI", "")) if "/A" in note else ""
            if address.startswith(ELSEWHERE):
                del note.A
                note.Dest = String(address.removeprefix(ELSEWHERE))


def _number(whole: Any, told: Mapping[str, Any]) -> None:
    """Write on every page which of how many it is, apart from what is read out."""
    import pikepdf

    count = len(whole.pages)
    raw = typeset(PAGES, {**told, "page": told["numbered"], "count": count}, checked=False)
    with pikepdf.open(io.BytesIO(raw)) as numbers:
        for page, number in zip(whole.pages, numbers.pages, strict=True):
            form = whole.copy_foreign(number.as_form_xobject())
            for key in ("/StructParents", "/StructParent"):
                if key in form:
                    del form[key]
            page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(_NUMBER))
            page.contents_add(f"/Artifact {_KIND} BDC q {_NUMBER} Do Q EMC".encode())
        meta = whole.Root.Metadata
        meta.write(re.sub(rb"(?<=<xmpTPg:NPages>)\d+", b"%d" % count, meta.read_bytes()))

"""The plain parts of a page: whatever text they are given stays text."""

from html.parser import HTMLParser

import pytest

from ui import look

HOSTILE = '<img src=x onerror="alert(1)">&"\'</b><script>1</script>'
PARTS = {
    "figures": lambda: look.figures([(HOSTILE, HOSTILE, HOSTILE)]),
    "sentence": lambda: look.sentence(HOSTILE, more=HOSTILE, tone=HOSTILE),
    "bars": lambda: look.bars([(HOSTILE, 0.5, HOSTILE)]),
    "table": lambda: look.table(HOSTILE, [HOSTILE], [[HOSTILE, HOSTILE, (HOSTILE, 0.5)]]),
    "synthetic": lambda: look.synthetic(HOSTILE),
    "marked": lambda: look.marked([(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
    "photos": lambda: look.photos([(b"jpeg", HOSTILE)]),
    "swatches": lambda: look.swatches([(HOSTILE, "#4e79a7")]),
}


class Seen(HTMLParser):
    """What a browser would make of a part: its elements, their attributes, its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.said = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.said += data


@pytest.mark.parametrize("name", PARTS)
def test_a_hostile_text_is_shown_and_makes_no_element(name, monkeypatch):
    written = []
    monkeypatch.setattr(look.st, "html", written.append)
    PARTS[name]()
    seen = Seen()
    seen.feed("".join(written))
    assert HOSTILE in seen.said
    assert "script" not in seen.tags
    assert "onerror" not in seen.attributes
    assert ("img" in seen.tags) == (name == "photos")


def test_every_part_that_writes_html_is_tried_here():
    parts = {n for n, v in vars(look).items() if callable(v) and v.__module__ == look.__name__}
    assert {n for n in parts if not n.startswith("_")} - {"show_sheet"} == set(PARTS)

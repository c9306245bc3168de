/* The card of one site, or of several counted together; every word is a text node. */
function fill(key, values) {
  return say(key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function markScore(mark) {
  if (mark.l === undefined || mark.h === undefined) return hundredths(mark.c);
  return `${hundredths(mark.c)} (${hundredths(mark.l)}–${hundredths(mark.h)})`;
}

/* 33.04 Jawa Tengah; the study's name where no code is known. */
function placeOf(mark) {
  if (!mark.g) return mark.s;
  return [mark.g, page.provinces[mark.g.slice(0, 2)]].filter(Boolean).join(" ");
}

/* What stands above a mark: how many, and how many of the first are among them. */
function countText(mark) {
  const values = { n: count(mark.n), first: count(mark.t), top: count(page.top) };
  return fill(mark.t ? "count_first" : "count", values);
}

class Card {
  constructor(map, layer) {
    Object.assign(this, { map, layer });
    this.sheet = document.querySelector(".sheet");
    this.sheet.setAttribute("role", "region");
    this.sheet.setAttribute("aria-label", say("one"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.sheet.hidden) this.close();
    });
  }

  open(mark, { focus = false } = {}) {
    if (this.sheet.hidden) this.before = document.activeElement;
    const close = make("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", say("close"));
    close.addEventListener("click", () => this.close());
    const card = mark.n > 1 ? this.many(mark) : this.one(mark);
    this.sheet.replaceChildren(close, card);
    this.sheet.hidden = false;
    this.sheet.scrollTop = 0;
    this.layer.choose(mark);
    this.uncover(mark);
    if (focus) card.querySelector("h2").focus();
  }

  /* What the card tells of must not lie under it. */
  uncover(mark) {
    const [sheet, box] = [this.sheet, this.map.getContainer()].map((node) => node.getBoundingClientRect());
    const at = this.map.latLngToContainerPoint(whereIs(mark)).add([box.left, box.top]);
    const under = at.x < sheet.right + 24 && at.x > sheet.left - 24 && at.y > sheet.top - 24;
    if (under) this.map.panBy([0, at.y - Math.max(box.top + 40, sheet.top - 60)], { animate: false });
  }

  close() {
    this.sheet.hidden = true;
    this.layer.choose(null);
    if (this.sheet.contains(document.activeElement) || document.activeElement === document.body) this.before?.focus?.();
  }

  head(title, ...lines) {
    const card = make("article", "card");
    const name = make("h2", "name");
    name.append(make("bdi", "", title));
    name.tabIndex = -1;
    const about = make("p", "about");
    lines.filter(Boolean).forEach((text, k) => about.append(k ? " · " : "", make("bdi", "", text)));
    card.append(name, about);
    return card;
  }

  facts(pairs) {
    const list = make("dl", "facts");
    for (const [title, text] of pairs) {
      if (!text) continue;
      const pair = make("div");
      const value = make("dd");
      value.append(make("bdi", "", text));
      pair.append(make("dt", "", title), value);
      list.append(pair);
    }
    return list;
  }

  one(mark) {
    const card = this.head(mark.m, page.kinds[mark.k] ?? mark.k, placeOf(mark));
    const range = { rank: count(mark.r), n: count(page.sites) };
    card.append(this.facts([
      [say("rank"), fill("range", range)],
      [say("score"), markScore(mark)],
      [say("readiness"), page.readiness[mark.d] ?? mark.d],
      [say("coverage"), mark.v === undefined ? "" : `${mark.v} %`],
      [say("study"), mark.s],
      [say("id"), mark.i],
    ]));
    return card;
  }

  many(mark) {
    const card = this.head(fill("many", { n: count(mark.n) }));
    if (mark.t) card.append(make("p", "about", fill("many_first", { first: count(mark.t), top: count(page.top) })));
    card.append(this.facts([
      [say("best"), mark.m],
      [say("place"), placeOf(mark)],
      [say("rank"), fill("range", { rank: count(mark.r), n: count(page.sites) })],
      [say("score"), markScore(mark)],
    ]));
    const nearer = make("button", "nearer", say("open"));
    nearer.type = "button";
    nearer.addEventListener("click", () => {
      this.close();
      this.map.setView(whereIs(mark), Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()));
      this.map.getContainer().focus({ preventScroll: true });
    });
    card.append(nearer);
    return card;
  }
}

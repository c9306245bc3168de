/* The table: a grid for keyboard and screen reader, in rank order, that moves when ranks move. */
const FIRST_ROWS = 60;
const MORE_ROWS = 100;
const SPARE_ROWS = 60; // rows kept of sites that have left the list: more would fill the heap for long
const COLUMNS = ["rank", "move", "name", "score", "top", "readiness", "coverage"];

class SiteTable {
  constructor(root, { choose, hover }) {
    this.scroll = root.querySelector(".scroll");
    this.table = root.querySelector("table");
    this.body = root.querySelector("tbody");
    this.count = root.querySelector(".shown");
    this.more = root.querySelector(".more");
    Object.assign(this, { choose, hover });
    this.body.onclick = (event) => this.pick(event);
    this.body.onkeydown = (event) => this.key(event);
    this.body.onpointerover = (event) => this.hover(this.indexAt(event.target), false);
    this.body.onpointerleave = () => this.hover(-1, false);
    this.body.onfocusin = (event) => this.hover(this.indexAt(event.target), false);
    this.more.onclick = () => { this.rows += MORE_ROWS; this.draw(); };
  }

  build(facts) {
    this.facts = facts;
    this.index = new Map(facts.sites.id.map((id, i) => [id, i]));
    this.made = new Map();
    this.rows = FIRST_ROWS;
    clear(this.body);
    this.table.setAttribute("aria-label", say("table"));
    const heads = COLUMNS.map((name) => {
      const head = make("th", name === "readiness" ? "ready" : name);
      head.append(make("span", "word", say(`column.${name}`)));
      head.scope = "col";
      if (`column.${name}.about` in texts) head.title = say(`column.${name}.about`);
      return head;
    });
    clear(this.table.tHead.rows[0]).append(...heads);
  }

  indexAt(target) {
    const row = target.closest("tr");
    return row ? this.index.get(row.dataset.id) ?? -1 : -1;
  }

  pick(event) {
    const i = this.indexAt(event.target);
    if (i < 0) return;
    this.focusRow(event.target.closest("tr"));
    this.choose(i);
  }

  focusRow(row) {
    for (const other of this.body.querySelectorAll('tr[tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
    const head = this.table.tHead.offsetHeight;
    const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    if (bottom > this.scroll.scrollTop + this.scroll.clientHeight) this.scroll.scrollTop = bottom - this.scroll.clientHeight;
  }

  key(event) {
    const row = event.target.closest("tr");
    if (!row) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(this.indexAt(row));
      return;
    }
    const page = (step) => {
      const all = [...this.body.rows];
      return all[Math.max(0, Math.min(all.length - 1, all.indexOf(row) + step))];
    };
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling,
      Home: this.body.firstElementChild, End: this.body.lastElementChild,
      PageDown: page(8), PageUp: page(-8) }[event.key];
    if (!to) return;
    event.preventDefault();
    this.focusRow(to);
  }

  show(now, palette, visible, chosen, gliding = false) {
    Object.assign(this, { now, palette, visible, chosen, gliding });
    this.list = [...now.order].filter((i) => visible[i]);
    this.draw();
  }

  draw() {
    const { facts, now, list } = this;
    const shown = Math.min(list.length, this.rows);
    const before = this.positions();
    const focused = this.body.contains(this.scroll.getRootNode().activeElement);
    const rows = list.slice(0, shown).map((i, k) => {
      const id = facts.sites.id[i];
      const row = this.made.get(id) ?? makeRow(id);
      this.made.set(id, row);
      fillRow(row, facts, now, i, this.palette);
      row.setAttribute("aria-rowindex", k + 2);
      row.setAttribute("aria-selected", String(i === this.chosen));
      return row;
    });
    this.replace(rows, focused);
    if (this.made.size > shown + SPARE_ROWS) this.made = new Map(rows.map((row) => [row.dataset.id, row]));
    this.table.setAttribute("aria-rowcount", list.length + 1);
    setText(this.count, this.told(shown));
    this.more.hidden = shown >= list.length;
    setText(this.more, say("more", { n: number(MORE_ROWS) }));
    this.animate(rows, before);
  }

  /* How many are shown of how many; with a filter also how many there are in all. */
  told(shown) {
    const [fit, all] = [this.list.length, this.facts.sites.id.length];
    if (!fit) return say("none_found");
    return say(fit < all ? "count.fit" : "count", { n: number(shown), total: number(fit), all: number(all) });
  }

  /* Put the rows in place; scroll and focus stay where they were. */
  replace(rows, focused) {
    const active = focused ? this.scroll.getRootNode().activeElement : null;
    const same = rows.length === this.body.rows.length && rows.every((row, k) => row === this.body.rows[k]);
    if (!same) {
      const top = this.scroll.scrollTop;
      this.body.replaceChildren(...rows);
      this.scroll.scrollTop = top;
    }
    if (active?.isConnected) active.focus({ preventScroll: true });
    const reachable = rows.some((row) => row.tabIndex === 0);
    const chosen = rows.find((row) => row.getAttribute("aria-selected") === "true") ?? rows[0];
    if (!reachable && chosen) chosen.tabIndex = 0;
  }

  positions() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!this.gliding || calm || document.hidden || !this.body.offsetParent) return new Map();
    return new Map([...this.body.rows].map((row) => [row.dataset.id, row.offsetTop]));
  }

  animate(rows, before) {
    if (!before.size) return;
    const [top, bottom] = [this.scroll.scrollTop, this.scroll.scrollTop + this.scroll.clientHeight];
    const moves = rows.slice(0, 80).map((row) => [row, before.get(row.dataset.id), row.offsetTop]);
    for (const [row, old, now] of moves) {
      if (old === now || now > bottom || now + row.offsetHeight < top) continue;
      const from = old == null ? { opacity: 0 } : { transform: `translateY(${old - now}px)` };
      const to = old == null ? { opacity: 1 } : { transform: "none" };
      row.animate([from, to], { duration: 260, easing: "cubic-bezier(.2,.7,.2,1)" });
    }
  }

  /* Bring a site's row into view, asking for more rows when it stands further down. */
  reveal(i) {
    const place = this.list.indexOf(i);
    if (place < 0) return;
    if (place >= this.rows) {
      this.rows = MORE_ROWS * Math.ceil((place + 10) / MORE_ROWS);
      this.draw();
    }
    const row = this.body.rows[place];
    const head = this.table.tHead.offsetHeight;
    const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
    const { scrollTop, clientHeight } = this.scroll;
    if (top < scrollTop || bottom > scrollTop + clientHeight) this.scroll.scrollTop = top - clientHeight / 3;
  }

  light(i) {
    this.body.querySelector("tr.lit")?.classList.remove("lit");
    if (i >= 0) this.made.get(this.facts.sites.id[i])?.classList.add("lit");
  }
}

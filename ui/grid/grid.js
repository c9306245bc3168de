/* A table a person can work with: sorts, searches, filters, picks, acts; cards on a narrow screen. */
const STEP = 100; // rows drawn at once; more on request, so that 5,000 rows never block the page

class Grid {
  constructor(root) {
    this.root = root;
    this.host = root.querySelector(".grid");
    this.sort = null;
    this.query = "";
    this.filters = new Map();
    this.shown = STEP;
  }

  receive(data, send) {
    this.send = send;
    const same = this.key === data.key;
    this.key = data.key;
    this.data = data;
    speak(data.locale, data.texts);
    this.host.lang = data.lang;
    if (same && this.body) {
      this.mark();
      return;
    }
    this.build();
  }

  build() {
    clear(this.host);
    const { columns, rows, title } = this.data;
    if (this.data.search || columns.some((c) => c.filter)) this.host.append(this.tools());
    const scroll = make("div", "scroll");
    scroll.tabIndex = 0;
    scroll.role = "region";
    scroll.ariaLabel = title;
    scroll.style.maxHeight = this.data.height ? `${this.data.height}px` : "";
    const table = make("table");
    table.append(make("caption", "spoken", title));
    const head = make("tr");
    this.heads = columns.map((column) => this.head(column));
    head.append(...this.heads);
    const thead = make("thead");
    thead.append(head);
    this.body = make("tbody");
    table.append(thead, this.body);
    scroll.append(table);
    this.foot = make("div", "foot");
    this.count = make("p", "count");
    this.count.role = "status";
    this.more = make("button", "more", say("grid.more", { n: number(STEP) }));
    this.more.type = "button";
    this.more.onclick = () => { this.shown += STEP; this.draw(); };
    this.foot.append(this.count, this.more);
    this.host.append(scroll, this.foot);
    this.lines = rows.map((row) => null);
    this.draw();
  }

  tools() {
    const tools = make("div", "tools");
    if (this.data.search) {
      const input = make("input");
      Object.assign(input, { type: "search", placeholder: say("grid.search"), ariaLabel: say("grid.search") });
      input.value = this.query;
      input.oninput = () => { this.query = input.value; this.shown = STEP; this.draw(); };
      tools.append(input);
    }
    for (const column of this.data.columns.filter((c) => c.filter)) {
      const select = make("select");
      select.ariaLabel = column.title;
      const values = [...new Set(this.data.rows.map((r) => r.cells[column.key]?.t ?? ""))].filter(Boolean);
      values.sort((a, b) => a.localeCompare(b, this.data.locale));
      select.append(new Option(say("grid.all", { column: column.title }), ""));
      select.append(...values.map((value) => new Option(value, value)));
      select.value = this.filters.get(column.key) ?? "";
      select.onchange = () => { this.filters.set(column.key, select.value); this.shown = STEP; this.draw(); };
      tools.append(select);
    }
    return tools;
  }

  head(column) {
    const head = make("th", column.kind);
    head.scope = "col";
    if (column.about) head.title = column.about;
    if (column.kind === "actions") {
      head.append(make("span", "spoken", column.title));
      return head;
    }
    const button = make("button", null, column.title);
    button.type = "button";
    button.onclick = () => {
      const down = this.sort?.key === column.key && !this.sort.down;
      this.sort = { key: column.key, down };
      this.draw();
    };
    head.append(button);
    return head;
  }

  /* Positions of the rows that are wanted, in the order they are wanted. */
  wanted() {
    const { rows } = this.data;
    const words = this.query.toLocaleLowerCase(this.data.locale).split(/\s+/).filter(Boolean);
    let at = rows.map((_, i) => i).filter((i) => this.fits(rows[i], words));
    if (!this.sort) return at;
    const { key, down } = this.sort;
    const value = (i) => rows[i].cells[key]?.v ?? rows[i].cells[key]?.t ?? null;
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null); // the unknown stay last
      const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), this.data.locale);
      return down ? -order : order;
    };
    return at.sort((a, b) => compare(a, b) || a - b);
  }

  fits(row, words) {
    for (const [key, value] of this.filters) if (value && (row.cells[key]?.t ?? "") !== value) return false;
    if (!words.length) return true;
    row.text ??= Object.values(row.cells).map((c) => `${c?.t ?? ""} ${c?.s ?? ""}`).join(" ").toLocaleLowerCase(this.data.locale);
    return words.every((word) => row.text.includes(word));
  }

  draw() {
    const at = this.wanted();
    clear(this.body).append(...at.slice(0, this.shown).map((i) => (this.lines[i] ??= this.line(this.data.rows[i]))));
    this.heads.forEach((head, k) => {
      const column = this.data.columns[k];
      if (this.sort?.key === column.key) head.ariaSort = this.sort.down ? "descending" : "ascending";
      else head.removeAttribute("aria-sort");
    });
    const [shown, fit, all] = [Math.min(at.length, this.shown), at.length, this.data.rows.length];
    const code = fit < all ? "grid.count.fit" : "grid.count";
    setText(this.count, fit ? say(code, { n: number(shown), fit: number(fit), all: number(all) }) : say("grid.none"));
    this.more.hidden = at.length <= this.shown;
    this.mark();
  }

  line(row) {
    const line = make("tr", row.tone ?? "");
    line.dataset.id = row.id;
    this.data.columns.forEach((column, k) => {
      const cell = make(k === 0 ? "th" : "td", column.kind);
      if (k === 0) cell.scope = "row";
      cell.dataset.title = column.title;
      cell.append(...this.inside(column, row, row.cells[column.key] ?? {}, k === 0));
      line.append(cell);
    });
    return line;
  }

  inside(column, row, cell, first) {
    if (column.kind === "actions") return (cell.actions ?? []).map((action) => this.action(row, action));
    const parts = [];
    if (first && this.data.pick) {
      const button = make("button", "pick", cell.t ?? "");
      button.type = "button";
      button.onclick = () => this.send("picked", row.id);
      parts.push(button);
    } else if (column.kind === "badge") {
      if (cell.t) parts.push(make("span", `badge ${cell.tone ?? "plain"}`, cell.t));
    } else {
      parts.push(make("span", "t", cell.t ?? say("grid.unknown")));
    }
    if (column.kind === "bar" && cell.share != null) {
      const bar = make("span", "bar");
      const fill = make("i");
      fill.style.width = `${100 * Math.min(1, Math.max(0, cell.share))}%`;
      bar.append(fill);
      parts.push(bar);
    }
    if (cell.s) parts.push(make("span", "s", cell.s));
    return parts;
  }

  action(row, { key, title, main }) {
    const button = make("button", main ? "act main" : "act", title);
    button.type = "button";
    button.ariaLabel = `${title}: ${row.cells[this.data.columns[0].key]?.t ?? row.id}`;
    button.onclick = () => this.send("acted", { id: row.id, key, turn: Date.now() });
    return button;
  }

  mark() {
    for (const line of this.body.children) {
      const chosen = line.dataset.id === this.data.chosen;
      line.classList.toggle("chosen", chosen);
      if (chosen) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = (parentElement.tapakGrid ??= new Grid(parentElement));
  grid.receive(data, setTriggerValue);
}

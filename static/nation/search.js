/* The search box: reads every site once, when it is first used; works with the keyboard alone. */
const MOST_FOUND = 8;

class Search {
  constructor(store, openSite) {
    Object.assign(this, { store, openSite, hits: [], active: -1 });
    this.input = make("input");
    this.list = make("ul", "found");
    this.list.id = "found";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("search"));
    const looks = { type: "search", placeholder: say("search_hint"), autocomplete: "off" };
    const role = { role: "combobox", "aria-label": say("search"), "aria-autocomplete": "list" };
    const attributes = { ...looks, ...role, "aria-controls": "found" };
    Object.entries(attributes).forEach(([key, value]) => this.input.setAttribute(key, value));
    this.heard = make("p", "heard");
    this.heard.setAttribute("role", "status");
    document.querySelector(".search").append(this.input, this.list, this.heard);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("focus", () => { this.gather(); this.look(); });
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  gather() {
    this.all ??= this.store.everything().then((marks) => {
      this.sites = marks;
      this.texts = marks.map((mark) => plain(`${mark.m} ${placeOf(mark)}`));
      if (document.activeElement === this.input) this.look();
    });
    return this.all;
  }

  look() {
    const words = plain(this.input.value).split(/\s+/).filter(Boolean);
    this.close();
    this.heard.textContent = "";
    if (!words.length) return;
    this.hits = this.sites ? this.find(words) : [];
    this.list.replaceChildren(...this.hits.map((mark, k) => this.item(mark, k)));
    if (!this.hits.length) {
      this.heard.textContent = say(this.sites ? "nothing_found" : "searching");
      return;
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  /* The best ones whose name or place holds every word. */
  find(words) {
    const found = [];
    for (let k = 0; k < this.texts.length && found.length < MOST_FOUND; k += 1) {
      const text = this.texts[k];
      if (words.every((word) => text.includes(word))) found.push(this.sites[k]);
    }
    return found;
  }

  item(mark, k) {
    const item = make("li");
    item.id = `found-${k}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const words = make("span");
    const where = make("span", "where", `${say("rank")} ${count(mark.r)} · `);
    where.append(make("bdi", "", placeOf(mark)));
    words.append(make("bdi", "who", mark.m), where);
    item.append(markIcon({ band: scoreClass(mark.c), first: isFirst(mark), label: "" }), words);
    item.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    item.addEventListener("click", () => this.choose(mark));
    return item;
  }

  choose(mark) {
    this.close();
    this.openSite(mark);
  }

  point(k) {
    this.active = (k + this.hits.length) % this.hits.length;
    [...this.list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === this.active)));
    this.input.setAttribute("aria-activedescendant", `found-${this.active}`);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || !this.hits.length) return;
    if (event.key === "ArrowDown") this.point(this.active + 1);
    else if (event.key === "ArrowUp") this.point(Math.max(this.active, 0) - 1);
    else if (event.key === "Enter") this.choose(this.hits[Math.max(this.active, 0)]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

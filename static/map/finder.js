/* A search box with a list below it; works with the keyboard alone. What is found is its maker's. */
const MOST_FOUND = 8;

class Finder {
  constructor() {
    Object.assign(this, { hits: [], active: -1 });
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

  /* Begin to read what is searched, where that takes time. */
  gather() {}

  /* Return the first hits, best first; null while they are being read. */
  find() { return null; }

  /* Return the icon and the words of a hit, and what choosing it does. */
  told() { return { icon: null, words: [], choose() {} }; }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.heard.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  look() {
    const words = plain(this.input.value).split(/\s+/).filter(Boolean);
    this.close();
    if (!words.length) return;
    const found = this.find((text) => words.every((word) => text.includes(word)));
    this.hits = found ?? [];
    this.list.replaceChildren(...this.hits.map((hit, k) => this.item(hit, k)));
    if (!this.hits.length) {
      this.heard.textContent = say(found ? "nothing_found" : "searching");
      return;
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  item(hit, k) {
    const item = make("li");
    item.id = `found-${k}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const { icon, words } = this.told(hit);
    const text = make("span");
    text.append(...words);
    item.append(icon, text);
    item.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    item.addEventListener("click", () => this.choose(hit));
    return item;
  }

  choose(hit) {
    this.close();
    this.told(hit).choose();
  }

  point(k) {
    this.active = (k + this.hits.length) % this.hits.length;
    [...this.list.children].forEach((item, n) => {
      item.setAttribute("aria-selected", String(n === this.active));
    });
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

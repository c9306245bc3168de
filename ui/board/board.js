/* The board: takes numbers from the server, links strip, map, table and chosen site. */
const SERIES_MS = 700; // orders that follow each other sooner do not glide: each would hold up the next

class Board {
  constructor(root) {
    this.root = root;
    this.host = root.querySelector(".board");
    this.part = (name) => root.querySelector(name);
    const events = { choose: (i) => this.choose(i, false), hover: (i, onMap) => this.hover(i, onMap) };
    this.table = new SiteTable(root, events);
    this.filters = new Filters(this.part(".filters"), () => this.refilter());
    this.over = -1;
    this.host.onpointerenter = () => this.retheme();
  }

  async receive(bytes, send, trigger) {
    Object.assign(this, { send, trigger });
    const now = unpack(bytes);
    this.latest = now.turn;
    const facts = await factsOf(now.facts);
    if (this.closed || this.latest !== now.turn) return; // a newer ranking has come meanwhile
    this.now = now;
    if (this.facts !== facts) this.build(facts);
    if (this.pending !== undefined && now.detail?.id !== this.pending) now.chosen = this.pending;
    else this.pending = undefined;
    this.chosen = facts.sites.id.indexOf(now.chosen);
    this.draw();
    await this.drawMap(facts);
    this.hoverAgain();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      this.host.dataset.painted = now.turn;
      document.dispatchEvent(new CustomEvent("tapak-painted"));
    }));
  }

  build(facts) {
    this.facts = facts;
    speak(facts.locale, facts.texts);
    this.host.lang = facts.lang;
    this.takeTheme();
    const ribbon = this.part(".synthetic");
    ribbon.hidden = !facts.synthetic;
    ribbon.textContent = facts.synthetic;
    const label = (name, text) => this.part(name).setAttribute("aria-label", text);
    label(".strip", say("sureness"));
    label(".detail", say("chosen"));
    label(".map-side", say("map"));
    label(".list", say("list"));
    label(".tabs", say("view"));
    this.filters.build(facts);
    this.table.build(facts);
    this.buildTabs();
    showLegend(this.part(".legend"), facts, this.palette);
    const none = facts.sites.id.length === 0;
    this.host.classList.toggle("no-sites", none);
    setText(this.part(".no-sites-text"), none ? `${say("no_sites")} ${facts.how_to_add}` : "");
    this.view = this.map && { at: this.map.map.getCenter(), zoom: this.map.map.getZoom(), of: this.map.facts.folder };
    this.map?.close();
    this.map = null;
  }

  buildTabs() {
    const tabs = [...this.part(".tabs").children];
    const open = (tab) => {
      this.host.dataset.tab = tab.dataset.tab;
      for (const other of tabs) {
        other.setAttribute("aria-selected", String(other === tab));
        other.tabIndex = other === tab ? 0 : -1;
      }
    };
    tabs.forEach((tab, k) => {
      setText(tab, say(`tab.${tab.dataset.tab}`));
      tab.onclick = () => open(tab);
      tab.onkeydown = (event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        open(tabs[1 - k]);
        tabs[1 - k].focus();
      };
    });
  }

  async drawMap(facts) {
    const L = await loadLeaflet();
    if (this.closed || this.facts !== facts) return;
    if (!this.map) {
      const events = { choose: (i) => this.choose(i, true), hover: (i, onMap) => this.hover(i, onMap) };
      this.map = new BoardMap(L, this.part(".map"), facts, events);
      if (this.view?.of === facts.folder) {
        this.map.map.setView(this.view.at, this.view.zoom, { animate: false });
        this.map.moved = true;
      }
    }
    this.map.show(this.now, this.palette, this.visible, this.chosen);
  }

  draw() {
    const now = performance.now();
    this.quick = now - (this.drawnAt ?? -Infinity) < SERIES_MS;
    this.drawnAt = now;
    this.host.classList.toggle("quick", this.quick);
    this.visible = this.filters.visible();
    this.drawStrip();
    this.table.show(this.now, this.palette, this.visible, this.chosen, !this.quick);
    this.drawDetail(this.chosen);
  }

  /* A press on the site's own link keeps its focus when the same site is drawn again. */
  drawDetail(i) {
    const node = this.part(".detail");
    const focused = this.root.activeElement?.classList.contains("go");
    const open = (site) => this.trigger("opened", this.facts.sites.id[site]);
    showDetail(node, this.facts, this.now, i, this.palette, open);
    if (focused) node.querySelector(".go")?.focus();
  }

  drawStrip() {
    const focused = this.root.activeElement?.classList.contains("count");
    const place = focused ? [...this.root.querySelectorAll(".count")].indexOf(this.root.activeElement) : -1;
    showStrip(this.part(".strip"), this.facts, this.now, this.palette, {
      chosenStatus: this.filters.status,
      chooseStatus: (status) => this.filters.toggleStatus(status),
    });
    if (place >= 0) this.root.querySelectorAll(".count")[place].focus();
  }

  refilter() {
    this.draw();
    this.map?.show(this.now, this.palette, this.visible, this.chosen);
  }

  choose(i, fromMap) {
    const { id } = this.facts.sites;
    this.chosen = i;
    this.pending = id[i];
    this.table.show(this.now, this.palette, this.visible, i);
    if (fromMap) this.table.reveal(i);
    this.map?.show(this.now, this.palette, this.visible, i);
    this.drawDetail(i);
    this.send("chosen", id[i]);
  }

  hover(i, onMap) {
    if (i === this.over) return;
    this.over = i;
    this.overMap = onMap;
    this.table.light(i);
    this.map?.glowAt(i, i < 0 ? [] : this.lines(i), onMap);
  }

  /* What is pointed at tells the new rank, not the old one. */
  hoverAgain() {
    const i = this.over;
    if (i < 0 || i >= this.facts.sites.id.length) return;
    this.map?.glowAt(i, this.lines(i), this.overMap);
  }

  lines(i) {
    const { sites, status_words: words, band_words: bands } = this.facts;
    const { rank, score, band } = this.now;
    const where = [sites.kind[i], sites.place[i]].filter(Boolean).join(" · ");
    if (!rank[i]) return [sites.name[i], where, sites.reason[i]];
    const fields = { rank: number(rank[i]), score: number(score[i], 2), band: bands[band[i]] };
    return [sites.name[i], where, say("score_of", fields), Object.values(words)[sites.status[i]]];
  }

  retheme() {
    if (!this.facts || paletteOf(this.host).dark === this.palette.dark) return;
    this.takeTheme();
    showLegend(this.part(".legend"), this.facts, this.palette);
    this.refilter();
  }

  takeTheme() {
    this.palette = paletteOf(this.host);
    this.host.classList.toggle("dark", this.palette.dark);
  }

  close() {
    this.closed = true;
    this.map?.close();
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const board = (parentElement.tapakBoard ??= new Board(parentElement));
  board.receive(data, setStateValue, setTriggerValue);
  return () => {
    board.close();
    delete parentElement.tapakBoard;
  };
}

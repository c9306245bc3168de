/* Opens the card of a site: a popup, or a sheet on a narrow screen or when it has no place. */
const NARROW = matchMedia("(max-width: 719px)");
const UP = 0.27; // on a narrow screen the site stands this share of the height above the middle

class Cards {
  constructor(map, marks, renderer) {
    Object.assign(this, { map, marks, popup: null, opener: null });
    this.sheet = document.querySelector(".sheet");
    // on the marks' own canvas: another one above it would swallow the pointer
    this.ring = L.circleMarker([0, 0], { renderer, interactive: false, fill: false });
    this.ring.setStyle({ color: "#c2410c", weight: 3, radius: 15 });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    map.on("click", () => this.close());
  }

  close() {
    if (this.popup) this.map.closePopup(this.popup);
    this.sheet.hidden = true;
    this.ring.remove();
    if (this.opener && this.opener.isConnected) this.opener.focus({ preventScroll: true });
    this.opener = null;
  }

  /* `focus`: asked for by list, search or keyboard; `near`: come closer to the site first. */
  open(i, { focus = false, near = false } = {}) {
    this.close();
    this.opener = focus ? document.activeElement : null;
    setPanel(false);
    const card = siteCard(i);
    const mark = this.marks[i];
    if (mark) this.turnTo(mark, near);
    if (NARROW.matches || !mark) this.inSheet(card, mark);
    else this.inPopup(card, mark.shownAt());
    if (focus) card.querySelector("h2").focus({ preventScroll: true });
  }

  turnTo(mark, near) {
    const { map } = this;
    for (const group of [map.tapakRanked, map.tapakExcluded]) {
      group.closeTooltip();
      if (group.hasLayer(mark)) group.addTo(map);
    }
    const zoom = Math.max(map.getZoom(), map.tapakZoom + 1.5);
    if (near) map.setView(mark.getLatLng(), zoom, { animate: false });
    this.ring.setLatLng(mark.shownAt()).addTo(map);
  }

  inSheet(card, mark) {
    const button = make("button", "close", "×");
    button.type = "button";
    button.setAttribute("aria-label", say("close"));
    button.addEventListener("click", () => this.close());
    this.sheet.replaceChildren(button, card);
    this.sheet.hidden = false;
    this.sheet.scrollTop = 0;
    if (!mark) return;
    const { map } = this;
    const above = map.project(mark.shownAt()).add([0, map.getSize().y * UP]);
    map.panTo(map.unproject(above), { animate: false });
  }

  inPopup(card, at) {
    const { map } = this;
    const size = { minWidth: 370, maxWidth: 370, maxHeight: map.getSize().y - 110 };
    this.popup = L.popup({ ...size, autoPanPadding: [16, 52] }).setLatLng(at).setContent(card);
    this.popup.on("remove", () => this.ring.remove());
    this.popup.openOn(map);
    const cross = this.popup.getElement().querySelector(".leaflet-popup-close-button");
    cross.setAttribute("aria-label", say("close"));
  }
}

/* A point of the map: set by a press, dragged, or put in the middle with Enter; sent as numbers. */
class PointMap {
  constructor(root) {
    this.node = root.querySelector(".point");
  }

  async receive(data, send) {
    this.send = send;
    const L = await loadLeaflet();
    if (this.closed) return;
    if (this.key !== data.key) this.build(L, data);
    this.put(data.at);
  }

  build(L, data) {
    speak(data.locale, data.texts);
    this.map?.remove();
    Object.assign(this, { L, key: data.key, mark: null });
    this.node.setAttribute("role", "application");
    this.node.setAttribute("aria-label", say("point.about"));
    this.map = L.map(this.node, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 18 });
    L.control.zoom({ zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    const style = { color: "#7b847e", weight: 1.2, fillColor: "#fbfaf6", fillOpacity: 1, interactive: false };
    const land = L.geoJSON(data.kecamatan, { style, interactive: false }).addTo(this.map);
    const road = ({ properties }) => ({ color: "#d9c7ae", weight: properties.wide ? 2 : 1.1 });
    L.geoJSON(data.roads, { style: road, interactive: false }).addTo(this.map);
    this.map.createPane("names").style.zIndex = 450;
    const around = land.getBounds();
    for (const { lon, lat } of data.offices) around.extend([lat, lon]);
    this.around = around.isValid() ? around : L.latLngBounds([-11.2, 94.9], [6.2, 141.1]);
    this.fit();
    makeNames(L, this.map, data.kecamatan.features, "names");
    for (const office of data.offices) this.office(office);
    this.map.on("click", ({ latlng }) => this.choose(latlng));
    this.node.onkeydown = (event) => {
      if (event.key !== "Enter" || event.target !== this.node) return;
      event.preventDefault();
      this.choose(this.map.getCenter());
    };
    this.map.on("dragstart", () => { this.moved = true; });
    this.watch?.disconnect();
    this.watch = new ResizeObserver(() => {
      this.map.invalidateSize({ pan: false });
      if (!this.moved && this.node.clientWidth > 50) this.fit();
    });
    this.watch.observe(this.node);
  }

  fit() {
    this.map.fitBounds(this.around, { padding: [14, 14], animate: false });
  }

  office({ name, lon, lat, active }) {
    const { L, map } = this;
    const style = { radius: 7, weight: 2, color: "#14202b", fillColor: active ? "#f2a900" : "#ffffff", fillOpacity: 1 };
    const mark = L.circleMarker([lat, lon], style).addTo(map);
    mark.bindTooltip(make("span", null, name), { direction: "top", offset: [0, -6] });
    mark.on("click", (event) => { L.DomEvent.stopPropagation(event); this.choose(event.target.getLatLng()); });
  }

  choose({ lat, lng }) {
    const at = [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
    this.put(at);
    this.send("picked", at);
  }

  put(at) {
    const { L, map } = this;
    if (!at) {
      this.mark?.remove();
      this.mark = null;
      return;
    }
    const place = [at[1], at[0]];
    if (this.mark) {
      this.mark.setLatLng(place);
      return;
    }
    const icon = L.divIcon({ className: "here", html: "", iconSize: [26, 26], iconAnchor: [13, 13] });
    this.mark = L.marker(place, { icon, draggable: true, keyboard: false, title: say("point.here") }).addTo(map);
    this.mark.on("dragend", () => this.choose(this.mark.getLatLng()));
  }

  close() {
    this.closed = true;
    this.watch?.disconnect();
    this.map?.remove();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const point = (parentElement.tapakPoint ??= new PointMap(parentElement));
  point.receive(data, setTriggerValue);
  return () => {
    point.close();
    delete parentElement.tapakPoint;
  };
}

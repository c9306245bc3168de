/* Leaflet, loaded once for every map of a page. */
function loadLeaflet() {
  const address = new URL("app/static/vendor/leaflet/leaflet-src.esm.js", document.baseURI);
  return (globalThis.tapakLeaflet ??= import(address.href).then((found) => found.default ?? found));
}

/* The tiles inside the page: an archive in memory, of which only what is looked at is decoded. */
const [FAR, NEAR] = [2, 10]; // zooms of the tiles; each is 512 screen pixels wide
const KEPT = 600;

function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k += 1) bytes[k] = raw.charCodeAt(k);
  return bytes;
}

/* The points of a vector tile, in shares of the world's width; those on one spot take turns. */
function readMarks(buffer, z, tx, ty) {
  const layer = { keys: [], values: [], features: [], extent: 4096 };
  new Pbf.PbfReader(new Uint8Array(buffer)).readFields((tag, _, pbf) => {
    if (tag === 3) pbf.readMessage(readLayer, layer);
  }, null);
  const taken = new Map();
  const whole = layer.extent * 2 ** z;
  return layer.features.map(({ tags, at: [, dx, dy] }) => {
    const [px, py] = [dx >> 1, dy >> 1]; // zigzag of what is never below zero
    const turn = taken.get(px * layer.extent + py) ?? 0;
    taken.set(px * layer.extent + py, turn + 1);
    const mark = { x: (tx * layer.extent + px + 0.5) / whole, y: (ty * layer.extent + py + 0.5) / whole, turn, n: 1, t: 0 };
    for (let k = 0; k < tags.length; k += 2) mark[layer.keys[tags[k]]] = layer.values[tags[k + 1]];
    return mark;
  });
}

function readLayer(tag, layer, pbf) {
  if (tag === 2) layer.features.push(pbf.readMessage(readFeature, { tags: [], at: [] }));
  else if (tag === 3) layer.keys.push(pbf.readString());
  else if (tag === 4) layer.values.push(pbf.readMessage(readValue, { value: "" }).value);
  else if (tag === 5) layer.extent = pbf.readVarint();
}

function readFeature(tag, feature, pbf) {
  if (tag === 2) pbf.readPackedVarint(feature.tags);
  else if (tag === 4) pbf.readPackedVarint(feature.at);
}

function readValue(tag, held, pbf) {
  if (tag === 1) held.value = pbf.readString();
  else if (tag === 6) held.value = pbf.readSVarint();
}

class Store {
  constructor(bytes) {
    const getBytes = async (offset, length) => ({ data: bytes.buffer.slice(offset, offset + length) });
    this.archive = new pmtiles.PMTiles({ getKey: () => "tapak", getBytes });
    this.held = new Map();
  }

  /* The marks of a tile: at once when they are held, else a promise. */
  marks(z, x, y) {
    const key = `${z}/${x}/${y}`;
    if (this.held.has(key)) return this.held.get(key);
    const read = this.read(z, x, y).then((marks) => {
      this.held.set(key, marks);
      return marks;
    });
    this.held.set(key, read);
    for (const old of this.held.keys()) {
      if (this.held.size <= KEPT) break;
      this.held.delete(old);
    }
    return read;
  }

  async read(z, x, y) {
    const tile = await this.archive.getZxy(z, x, y);
    return tile ? readMarks(tile.data, z, x, y) : [];
  }

  /* Every site, the best first: all tiles of the nearest zoom. */
  async everything() {
    const { minLon, minLat, maxLon, maxLat } = await this.archive.getHeader();
    const at = (lat, lon) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), NEAR).divideBy(256).floor();
    const [from, to] = [at(maxLat, minLon), at(minLat, maxLon)];
    const found = [];
    for (let x = from.x - 1; x <= to.x + 1; x += 1) {
      const column = [];
      for (let y = from.y - 1; y <= to.y + 1; y += 1) column.push(this.read(NEAR, x, y));
      found.push(...(await Promise.all(column)).flat());
    }
    return found.sort((a, b) => a.r - b.r);
  }
}

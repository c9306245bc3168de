/* A place from whatever a person pastes: decimals, comma decimals, degrees and minutes, map links. */
const INDONESIA = { south: -12, north: 7, west: 94, east: 142 };
const EARTH_M = 6371008.8;
const LINK = [
  /!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)/,
  /[?&](?:q|query|ll|destination|mlat)=(-?\d+\.?\d*)(?:,|%2C|&mlon=)\s*(-?\d+\.?\d*)/i,
  /@(-?\d+\.\d+),(-?\d+\.\d+)/,
  /^geo:(-?\d+\.?\d*),(-?\d+\.?\d*)/i,
];
/* LS and LU, BT and BB: lintang selatan, utara; bujur timur, barat. */
const SIDE = { S: -1, LS: -1, N: 1, U: 1, LU: 1, E: 1, T: 1, BT: 1, W: -1, B: -1, BB: -1 };
const LATITUDE = new Set(["S", "LS", "N", "U", "LU"]);
const NUMBER = /-?\d+(?:[.,]\d+)?/g;

function parsePlace(text) {
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/[\u2032\u2019\u2018]/g, "'");
  for (const link of LINK) {
    const found = link.exec(plain);
    if (found) return placed(Number(found[1]), Number(found[2]), "map");
  }
  if (/https?:/i.test(plain)) return null;
  const pair = plainPair(plain) || sidedPair(plain);
  return pair && placed(pair[0], pair[1], "pasted");
}

/* Two bare numbers; a comma parts them or stands in them, and only one reading fits. */
function plainPair(text) {
  const bare = text.replace(/[°()[\]]/g, " ").trim();
  const dots = /^(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)$/.exec(bare);
  const commas = /^(-?\d+,\d+)\s*[,;\s]\s*(-?\d+,\d+)$/.exec(bare);
  const found = commas || dots;
  return found && [found[1], found[2]].map((part) => Number(part.replace(",", ".")));
}

/* 7°23'42"S 109°41'24"E, S 7.395 E 109.69, 7 23 42 LS 109 41 24 BT. */
function sidedPair(text) {
  const marks = text.toUpperCase().match(/-?\d+(?:[.,]\d+)?|\b(?:LS|LU|BT|BB)\b|[NSEWUTB](?![A-Z])/g);
  if (!marks || !/^[\s\d.,;:°'"\u201d\u201c\u2033ºNSEWUTBL-]*$/i.test(text)) return null;
  const sided = marks.filter((m) => m in SIDE);
  const first = marks[0] in SIDE;
  if (sided.length !== 2) return dmsPair(text);
  const groups = [];
  let open = [];
  for (const mark of marks) {
    if (!(mark in SIDE)) open.push(Number(mark.replace(",", ".")));
    else if (first) groups.push({ side: mark, parts: (open = []) });
    else open = void groups.push({ side: mark, parts: open }) || [];
  }
  const values = groups.map(({ side, parts }) => [LATITUDE.has(side), degrees(parts) * SIDE[side]]);
  if (values.length !== 2 || values[0][0] === values[1][0]) return null;
  return values[0][0] ? [values[0][1], values[1][1]] : [values[1][1], values[0][1]];
}

/* -7°23'42" 109°41'24": no letters, the sign stands in front. */
function dmsPair(text) {
  const numbers = text.match(NUMBER);
  if (!numbers || numbers.length !== 6 || !text.includes("°")) return null;
  const [lat, lon] = [numbers.slice(0, 3), numbers.slice(3)].map((three) => {
    const value = degrees(three.map((n) => Math.abs(Number(n.replace(",", ".")))));
    return three[0].startsWith("-") ? -value : value;
  });
  return [lat, lon];
}

function degrees(parts) {
  const [whole, minutes = 0, seconds = 0, more] = parts;
  const fine = more === undefined && whole >= 0 && minutes < 60 && seconds < 60;
  return fine ? whole + minutes / 60 + seconds / 3600 : NaN;
}

/* Longitude first is turned round where only that can be meant; outside Indonesia is no place. */
function placed(first, second, source) {
  const turned = Math.abs(first) > 90 && Math.abs(second) <= 90;
  const [lat, lon] = turned ? [second, first] : [first, second];
  if (!inIndonesia(lon, lat)) return null;
  return { lon: round7(lon), lat: round7(lat), accuracy_m: null, source };
}

function inIndonesia(lon, lat) {
  const { south, north, west, east } = INDONESIA;
  return lat >= south && lat <= north && lon >= west && lon <= east;
}

function round7(value) {
  return Math.round(value * 1e7) / 1e7;
}

function metresBetween(a, b) {
  const rad = Math.PI / 180;
  const dLat = (b.lat - a.lat) * rad;
  const dLon = (b.lon - a.lon) * rad;
  const cos = Math.cos(a.lat * rad) * Math.cos(b.lat * rad);
  const h = Math.sin(dLat / 2) ** 2 + cos * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

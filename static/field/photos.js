/* Photos: where and when one was taken is read first, then it is made small enough to send. */
const LONGEST_PX = 1280;
const QUALITY = 0.7;
const JPEG_URL = "data:image/jpeg;base64,";

/* Place and time of a JPEG (EXIF); what is missing or broken is simply not told. */
function exifFacts(buffer) {
  try {
    const view = new DataView(buffer);
    const start = tiffStart(view);
    return start ? tiffFacts(view, start) : {};
  } catch (fault) {
    if (fault instanceof RangeError) return {};
    throw fault;
  }
}

function tiffStart(view) {
  if (view.getUint16(0) !== 0xffd8) return 0;
  let at = 2;
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if (marker < 0xffc0 || marker === 0xffda) return 0;
    at += 2 + view.getUint16(at + 2);
  }
  return 0;
}

function tiffFacts(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const u16 = (at) => view.getUint16(start + at, little);
  const u32 = (at) => view.getUint32(start + at, little);
  const entries = (at) => {
    const found = new Map();
    for (let i = 0; at && i < u16(at); i += 1) found.set(u16(at + 2 + 12 * i), at + 2 + 12 * i);
    return found;
  };
  const text = (at) => {
    const count = u32(at + 4);
    const from = count > 4 ? u32(at + 8) : at + 8;
    const codes = Array.from({ length: Math.min(count, 40) }, (_, i) => view.getUint8(start + from + i));
    return String.fromCharCode(...codes).replace(/\0.*$/, "");
  };
  const angle = (at) => {
    const parts = [0, 8, 16].map((step) => u32(u32(at + 8) + step) / u32(u32(at + 8) + step + 4));
    return parts[0] + parts[1] / 60 + parts[2] / 3600;
  };
  const main = entries(u32(4));
  const inner = (tag) => (main.has(tag) ? entries(u32(main.get(tag) + 8)) : new Map());
  return { ...placeFact(inner(0x8825), text, angle), ...timeFact(inner(0x8769), text) };
}

function placeFact(gps, text, angle) {
  if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return {};
  const lat = angle(gps.get(2)) * (text(gps.get(1)).startsWith("S") ? -1 : 1);
  const lon = angle(gps.get(4)) * (text(gps.get(3)).startsWith("W") ? -1 : 1);
  return inIndonesia(lon, lat) ? { lon: round7(lon), lat: round7(lat) } : {};
}

function timeFact(exif, text) {
  const taken = exif.has(0x9003) ? text(exif.get(0x9003)) : "";
  const found = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(taken);
  if (!found || found[1] === "0000") return {};
  const offset = exif.has(0x9011) ? text(exif.get(0x9011)).trim() : "";
  const zone = /^[+-]\d\d:\d\d$/.test(offset) ? offset : "";
  return { taken_at: `${found[1]}-${found[2]}-${found[3]}T${found[4]}${zone}` };
}

/* A photo as small JPEG and its facts; null when the file is no picture this phone can open. */
async function takenPhoto(file) {
  const facts = exifFacts(await file.arrayBuffer());
  const url = URL.createObjectURL(file);
  try {
    return { url: shrunk(await picture(url)), facts };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function picture(url) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("not a picture"));
    image.src = url;
  });
}

function shrunk(image) {
  const scale = Math.min(1, LONGEST_PX / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = make("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY);
}

/* The answer on its way home: a file, a line of text, a QR code. */
const QR_HEAD = "TAPAK1|";
const QR_MOST_BYTES = 2953;
const QR_STURDY_BYTES = 900;

function fileHead() {
  return {
    tapak: 1, form_version: page.form_version, pack: page.pack, programme: page.programme,
    team: page.team,
  };
}

function submissionOf(visit) {
  const sent = {
    submission: visit.submission, site: visit.site, surveyor: state.surveyor.trim(), team: page.team,
    started_at: visit.started_at, ended_at: visit.ended_at, revision: Math.max(0, visit.revision),
    answers: sentAnswers(visit),
  };
  if (visit.note.trim()) sent.note = visit.note.trim();
  return sent;
}

function withPhotos(visit) {
  const sent = submissionOf(visit);
  const names = Object.values(sent.answers).filter((v) => typeof v === "string" && v in visit.photos);
  const chosen = (from) => Object.fromEntries(names.filter((n) => from[n]).map((n) => [n, from[n]]));
  return { ...sent, photos: chosen(visit.photos), photo_facts: chosen(visit.photo_facts) };
}

function fileText(visits, drafts = []) {
  const told = { ...fileHead(), submissions: visits.map(withPhotos) };
  if (drafts.length) told.drafts = drafts.map((visit) => ({ ...withPhotos(visit), draft: true }));
  return JSON.stringify(told);
}

function fileName(part, number) {
  return `tapak-${filePart(page.team)}-${filePart(part)}-${number}.json`;
}

function download(name, text) {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* One submission as text: zlib and base64url, as the office reads it; photos stay in the file. */
async function carriedText(visit) {
  const { tapak, ...head } = fileHead();
  const raw = new TextEncoder().encode(JSON.stringify({ ...head, ...submissionOf(visit) }));
  const packed = await zlibbed(raw);
  let binary = "";
  packed.forEach((byte) => (binary += String.fromCharCode(byte)));
  return QR_HEAD + btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function zlibbed(raw) {
  if (typeof CompressionStream === "undefined") return stored(raw);
  const stream = new Blob([raw]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* An old browser cannot compress: zlib's own form for bytes as they are (RFC 1950, 1951). */
function stored(raw) {
  const out = [0x78, 0x01];
  for (let at = 0; at === 0 || at < raw.length; at += 0xffff) {
    const part = raw.subarray(at, at + 0xffff);
    const size = part.length;
    out.push(at + size >= raw.length ? 1 : 0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255);
    part.forEach((byte) => out.push(byte));
  }
  let [a, b] = [1, 0];
  raw.forEach((byte) => {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  });
  out.push(b >> 8, b & 255, a >> 8, a & 255);
  return Uint8Array.from(out);
}

/* A canvas, or null when the text is longer than any QR code holds. */
function qrCanvas(text) {
  if (text.length > QR_MOST_BYTES) return null;
  const code = qrcode(0, text.length > QR_STURDY_BYTES ? "L" : "M");
  code.addData(text, "Byte");
  code.make();
  const [count, quiet, scale] = [code.getModuleCount(), 4, 8];
  const canvas = make("canvas", "qr");
  canvas.width = canvas.height = (count + 2 * quiet) * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let row = 0; row < count; row += 1) {
    for (let col = 0; col < count; col += 1) {
      if (code.isDark(row, col)) pen.fillRect((col + quiet) * scale, (row + quiet) * scale, scale, scale);
    }
  }
  return canvas;
}

/* Takes back a file kept earlier, so that a killed browser loses nothing: returns how many. */
async function takeBack(text) {
  const told = JSON.parse(text);
  if (!told || told.tapak !== 1 || told.programme !== page.programme) throw new Error("another form");
  let taken = 0;
  for (const [list, done] of [[told.submissions, true], [told.drafts, false]]) {
    for (const one of Array.isArray(list) ? list : []) taken += Number(await takenBack(one, done));
  }
  return taken;
}

/* What the phone holds is never overwritten by something older. */
async function takenBack(one, done) {
  const site = page.sites.find((s) => s.id === one.site);
  if (!site || !/^[0-9a-f-]{36}$/.test(one.submission)) return false;
  const here = state.visits.get(site.id);
  const older = here && here.submission === one.submission && here.revision < one.revision && !here.changed;
  if (isStarted(here) && !older) return false;
  const visit = { ...newVisit(site), submission: one.submission, note: String(one.note || "") };
  visit.started_at = String(one.started_at || isoNow());
  visit.ended_at = String(one.ended_at || "");
  visit.revision = done ? Number(one.revision) || 0 : -1;
  visit.done = done;
  for (const [name, value] of Object.entries(one.answers || {})) {
    const field = fieldsByName.get(name);
    if (field && trusted(field, value)) visit.answers[name] = value;
  }
  for (const [name, url] of Object.entries(one.photos || {})) {
    if (String(url).startsWith(JPEG_URL)) visit.photos[name] = url;
  }
  Object.assign(visit.photo_facts, one.photo_facts);
  if (!state.surveyor) state.surveyor = String(one.surveyor || "");
  state.visits.set(site.id, visit);
  await keepVisit(visit);
  for (const name of Object.keys(visit.photos)) await keepPhoto(visit, name);
  return true;
}

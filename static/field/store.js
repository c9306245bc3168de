/* Keeps every tap on the phone where the phone allows it; where not, the page says so in red. */
const PATIENCE_MS = 3000;

/* Opens and tries the store; null when storage is refused, as it is for a file tapped in a chat. */
async function openStore() {
  try {
    const db = await Promise.race([
      opened(),
      new Promise((_, late) => setTimeout(() => late(new Error("no answer")), PATIENCE_MS)),
    ]);
    await written(db, "visits", (box) => box.put({ tried: true }, key("", "trial")));
    return db;
  } catch {
    return null;
  }
}

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("tapak-formulir", 1);
    asked.onupgradeneeded = () => ["visits", "photos"].forEach((n) => asked.result.createObjectStore(n));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error || new Error("blocked"));
  });
}

/* One database serves every form on the phone; the pack keeps their sites apart. */
function key(site, name) {
  return [page.pack, site, name];
}

function written(db, room, act) {
  return new Promise((done, failed) => {
    const work = db.transaction(room, "readwrite", { durability: "strict" });
    work.oncomplete = () => done();
    work.onerror = work.onabort = () => failed(work.error);
    act(work.objectStore(room));
  });
}

function listed(db, room) {
  return new Promise((done, failed) => {
    const found = [];
    const range = IDBKeyRange.bound([page.pack], [page.pack, []]);
    const asked = db.transaction(room).objectStore(room).openCursor(range);
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      if (!asked.result) return done(found);
      found.push([asked.result.key, asked.result.value]);
      return asked.result.continue();
    };
  });
}

/* A phone that is full refuses later than at the start: from then on the red line stands. */
async function kept(room, act) {
  if (!state.store) return;
  try {
    await written(state.store, room, act);
  } catch {
    state.store = null;
    showKeeping();
  }
}

function keepVisit(visit) {
  const { photos, ...rest } = visit;
  return kept("visits", (box) => box.put(rest, key(visit.site, "visit")));
}

function keepPhoto(visit, name) {
  const at = key(visit.site, name);
  const url = visit.photos[name];
  return kept("photos", (box) => (url ? box.put(url, at) : box.delete(at)));
}

function keepSurveyor() {
  return kept("visits", (box) => box.put({ surveyor: state.surveyor }, key("", "surveyor")));
}

async function recall() {
  state.store = await openStore();
  if (!state.store) return;
  const known = new Set(page.sites.map((site) => site.id));
  for (const [[, site, name], value] of await listed(state.store, "visits")) {
    if (name === "surveyor") state.surveyor = value.surveyor;
    if (name === "visit" && known.has(site)) state.visits.set(site, { ...value, photos: {} });
  }
  for (const [[, site, name], url] of await listed(state.store, "photos")) {
    if (state.visits.has(site)) state.visits.get(site).photos[name] = url;
  }
}

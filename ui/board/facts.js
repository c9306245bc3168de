/* Facts of the sites and the numbers of one ranking, as the server packs them (ui/numbers.py). */
const WHOLE = ["order", "rank", "best", "worst", "move", "band"];
const REAL = ["score", "benefit", "low", "high", "coverage", "p_first", "p_top"];
const EXCLUDED = 3; // position of "excluded" among the four kinds of readiness

function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const found = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const body = bytes.slice(4 + length).buffer; // a copy starts at 0, so typed arrays are aligned
  const n = body.byteLength / (4 * WHOLE.length + 8 * REAL.length);
  WHOLE.forEach((name, k) => { found[name] = new Int32Array(body, 4 * k * n, n); });
  const start = 4 * WHOLE.length * n;
  REAL.forEach((name, k) => { found[name] = new Float64Array(body, start + 8 * k * n, n); });
  return found;
}

/* Wait for the facts the numbers belong to; both come from the server, in no fixed order. */
function factsOf(key) {
  const found = globalThis.tapakFacts?.get(key);
  if (found) return Promise.resolve(found);
  return new Promise((done) => {
    const listen = (event) => {
      if (event.detail !== key) return;
      document.removeEventListener("tapak-facts", listen);
      done(globalThis.tapakFacts.get(key));
    };
    document.addEventListener("tapak-facts", listen);
  });
}

/* Sites on one and the same point stand around it: which place around it each one takes. */
function turnsAround(lon, lat) {
  const taken = new Map();
  return lon.map((x, i) => {
    const key = `${x} ${lat[i]}`;
    const turn = taken.get(key) ?? 0;
    taken.set(key, turn + 1);
    return turn;
  });
}

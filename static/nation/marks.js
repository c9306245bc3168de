/* What a mark looks like: colour says the score, a diamond the first ones, a number how many. */
const INK = "#17222c";
const stamps = new Map();

function isFirst(mark) {
  return mark.n > 1 ? mark.t > 0 : mark.r <= page.top;
}

function count(value) {
  return value.toLocaleString(page.lang === "id" ? "id-ID" : "en-GB");
}

/* A number that fits into a mark: 999, 1,2 rb (1.2k), 12 rb. */
function shortCount(n) {
  if (n < 1000) return String(n);
  const unit = page.lang === "id" ? "rb" : "k";
  const thousands = n < 9950 ? (Math.round(n / 100) / 10).toLocaleString(page.lang === "id" ? "id-ID" : "en-GB") : String(Math.round(n / 1000));
  return `${thousands}${unit}`;
}

/* Pixels: many are larger, slowly; a site grows as a person comes closer. */
function radiusOf(mark, zoom) {
  if (mark.n > 1) return Math.min(12.5, Math.round(15 + 3.4 * Math.log10(mark.n)) / 2);
  const base = Math.max(3.6, Math.min(8, 3.6 + (zoom - 8) * 0.7));
  return Math.round((isFirst(mark) ? base * 1.3 : base) * 2) / 2;
}

function trace(ctx, diamond, x, y, r) {
  ctx.beginPath();
  if (diamond) {
    const d = r * 1.2;
    ctx.moveTo(x, y - d);
    ctx.lineTo(x + d, y);
    ctx.lineTo(x, y + d);
    ctx.lineTo(x - d, y);
    ctx.closePath();
  } else {
    ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
}

function drawMark(ctx, { band, first, label }, x, y, r) {
  trace(ctx, first, x, y, r);
  ctx.fillStyle = page.colours[band];
  ctx.fill();
  ctx.lineJoin = "round";
  ctx.lineWidth = first ? 1.8 : 0.9;
  ctx.strokeStyle = INK;
  ctx.stroke();
  if (!label) return;
  ctx.font = `700 ${label.length > 4 ? 8 : label.length > 3 ? 9 : 10.5}px 'Plus Jakarta Sans', system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = band > 2 ? "#ffffff" : INK;
  ctx.fillText(label, x, y + 0.5);
}

/* Marks that look alike are drawn once and then copied. */
function stampOf(mark, r, sharp) {
  const look = { band: scoreClass(mark.c), first: isFirst(mark), label: mark.n > 1 ? shortCount(mark.n) : "" };
  const key = `${look.band}|${look.first}|${look.label}|${r}|${sharp}`;
  if (stamps.has(key)) return stamps.get(key);
  if (stamps.size > 5000) stamps.clear();
  const half = Math.ceil(r * 1.25 + 3);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = half * 2 * sharp;
  const ctx = canvas.getContext("2d");
  ctx.scale(sharp, sharp);
  drawMark(ctx, look, half, half, r);
  const stamp = { canvas, half };
  stamps.set(key, stamp);
  return stamp;
}

/* A mark as a small picture beside words. */
function markIcon(look, size = 20) {
  const canvas = make("canvas", "icon");
  canvas.width = canvas.height = size * 2;
  canvas.setAttribute("aria-hidden", "true");
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  drawMark(ctx, look, size / 2, size / 2, size * (look.label ? 0.4 : 0.3));
  return canvas;
}

/* Marks of sites: colour says the band, shape the readiness; hollow ones are placed by desa only. */
const RAMP = {
  light: ["#f3f0b8", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"],
  dark: ["#3a4fb0", "#2f86bd", "#45b9c6", "#a6ddb7", "#fbf7bd"],
};
const SHAPES = ["circle", "square", "diamond", "cross"];

/* Colours for drawing on canvas, light or dark as the page is now. */
function paletteOf(host) {
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const parts = (background.match(/[0-9a-f]{2}/gi) ?? ["ff", "ff", "ff"]).slice(0, 3);
  const light = parts.reduce((sum, h, k) => sum + parseInt(h, 16) * [0.3, 0.59, 0.11][k], 0) > 110;
  return light
    ? { dark: false, ramp: RAMP.light, ink: "#17222c", hole: "#ffffff", cross: "#5d666d",
        halo: "#ffffffd9", around: "#e6e9e6", road: "#d9c7ae", ground: "#fbfaf6", border: "#8b918c",
        chosen: "#c2410c", leader: "#14202b" }
    : { dark: true, ramp: RAMP.dark, ink: "#0b0e10", hole: "#14181b", cross: "#a7b1b8",
        halo: "#14181bd9", around: "#14181b", road: "#4d5050", ground: "#232a2f", border: "#66727b",
        chosen: "#ffb35c", leader: "#e8ecee" };
}

function trace(path, shape, x, y, r) {
  if (shape === "square") {
    path.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  } else if (shape === "diamond") {
    const d = r * 1.25;
    path.moveTo(x, y - d);
    path.lineTo(x + d, y);
    path.lineTo(x, y + d);
    path.lineTo(x - d, y);
    path.closePath();
  } else if (shape === "cross") {
    const d = r * 0.72;
    path.moveTo(x - d, y - d);
    path.lineTo(x + d, y + d);
    path.moveTo(x + d, y - d);
    path.lineTo(x - d, y + d);
  } else {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/* One drawing for map and legends, so that they cannot differ. */
function drawMark(ctx, palette, { status, band, hollow }, x, y, r) {
  const shape = SHAPES[status];
  ctx.beginPath();
  trace(ctx, shape, x, y, r);
  if (status === EXCLUDED) {
    ctx.lineWidth = 3.4;
    ctx.strokeStyle = palette.halo;
    ctx.stroke();
    ctx.lineWidth = 1.7;
    ctx.strokeStyle = palette.cross;
    ctx.stroke();
    return;
  }
  ctx.fillStyle = palette.ramp[band];
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.ink;
  ctx.stroke();
  if (!hollow) return;
  ctx.beginPath();
  trace(ctx, shape, x, y, r * 0.46);
  ctx.fillStyle = palette.hole;
  ctx.fill();
  ctx.lineWidth = 0.8;
  ctx.stroke();
}

/* The few different marks of a map, each drawn once and then copied: thousands cost little. */
function makeStamps() {
  const kept = new Map();
  let of = "";
  const stamp = (palette, mark, r, sharp) => {
    const key = `${mark.status} ${mark.band} ${mark.hollow} ${r}`;
    if (kept.has(key)) return kept.get(key);
    const half = Math.ceil(r * 1.25 + 2);
    const canvas = make("canvas");
    canvas.width = canvas.height = 2 * half * sharp;
    const ctx = canvas.getContext("2d");
    ctx.scale(sharp, sharp);
    drawMark(ctx, palette, mark, half, half, r);
    kept.set(key, { canvas, half });
    return kept.get(key);
  };
  return {
    draw(ctx, palette, mark, x, y, r) {
      const sharp = ctx.getTransform().a;
      const now = `${palette.dark} ${sharp}`;
      if (of !== now || kept.size > 200) kept.clear();
      of = now;
      const { canvas, half } = stamp(palette, mark, r, sharp);
      // on whole pixels, so that a copy is as sharp as the first
      const at = (v) => Math.round((v - half) * sharp) / sharp;
      ctx.drawImage(canvas, at(x), at(y), 2 * half, 2 * half);
    },
  };
}

/* A mark as a small picture beside words. */
function markIcon(palette, mark, size = 16) {
  const icon = make("canvas", "icon");
  const sharp = 3;
  icon.width = icon.height = size * sharp;
  icon.style.width = icon.style.height = `${size}px`;
  icon.setAttribute("aria-hidden", "true");
  const ctx = icon.getContext("2d");
  ctx.scale(sharp, sharp);
  drawMark(ctx, palette, mark, size / 2, size / 2, size * 0.34);
  return icon;
}

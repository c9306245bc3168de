/* Where the entrance is: from the phone, else pasted, from a photo, or by way of a map app. */
const GOOD_ENOUGH_M = 5;
const LISTENING_MS = 90000;
let listening = null;

function stopListening() {
  if (!listening) return;
  navigator.geolocation.clearWatch(listening.watch);
  clearTimeout(listening.timer);
  listening = null;
}

function pointControl(field, visit, touch) {
  const site = page.sites.find((s) => s.id === visit.site);
  const box = make("div", "point-box");
  const status = make("p", "status");
  status.setAttribute("role", "status");
  const set = (place) => {
    setAnswer(visit, field, place);
    tell(status, visit.answers[field.name], site);
    if (place) showFault(field.name, "");
    touch(field);
  };
  const record = button("main", say("gps_record"), () => listen(record, status, visit, field, set));
  const pasted = pasteRow(field, set);
  const photo = filePick(say("gps_photo"), say("gps_photo"));
  photo.input.addEventListener("change", () => photo.input.files[0] && fromPhoto(photo.input, field, set));
  const map = make("a", "button", say("open_map"));
  map.href = geoLink(site);
  const others = make("div", "pair");
  others.append(photo.label, map);
  box.append(record, status, make("p", "or", say("gps_or")), pasted, others);
  tell(status, visit.answers[field.name], site);
  return box;
}

/* Keeps the best fix; one coarser than the gate is shown but never taken. Only a refusal ends it. */
function listen(record, status, visit, field, set) {
  if (listening) {
    stopListening();
    record.textContent = say("gps_record");
    return;
  }
  let best = Infinity;
  const over = (code) => {
    stopListening();
    record.textContent = say("gps_record");
    if (best > page.accuracy_m) setStatus(status, say(code, { m: best < Infinity ? Math.ceil(best) : "" }), "bad");
  };
  const heard = ({ coords }) => {
    if (!(coords.accuracy < best)) return;
    best = coords.accuracy;
    if (best > page.accuracy_m) return setStatus(status, say("gps_wait", { m: Math.ceil(best), limit: page.accuracy_m }), "wait");
    const { longitude, latitude } = coords;
    const accuracy = Math.round(best * 10) / 10;
    set({ lon: round7(longitude), lat: round7(latitude), accuracy_m: accuracy, source: "gps" });
    return best <= GOOD_ENOUGH_M && over("gps_coarse");
  };
  try {
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: LISTENING_MS };
    const failed = (fault) => {
      if (fault.code === 1) over("gps_refused");
      else if (best === Infinity) setStatus(status, say("gps_refused"), "bad");
    };
    listening = { timer: setTimeout(() => over(best < Infinity ? "gps_coarse" : "gps_refused"), LISTENING_MS) };
    setStatus(status, say("gps_start"), "wait");
    record.textContent = say("gps_stop");
    listening.watch = navigator.geolocation.watchPosition(heard, failed, options);
  } catch {
    if (listening) clearTimeout(listening.timer);
    listening = null;
    record.textContent = say("gps_record");
    setStatus(status, say("gps_refused"), "bad");
  }
}

function setStatus(status, text, mood) {
  status.textContent = text;
  status.className = `status ${mood}`;
}

function tell(status, place, site) {
  if (!place) return setStatus(status, "", "");
  const where = `${decimal(place.lat, 5)}; ${decimal(place.lon, 5)}`;
  const exact = place.source === "gps" ? say("gps_exact", { m: Math.ceil(place.accuracy_m) }) : say(`from_${place.source}`);
  const listedAt = site.lon !== null && site.lat !== null;
  const away = listedAt ? say("away", { distance: distanceText(metresBetween(site, place)) }) : "";
  return setStatus(status, [where, exact, away].filter(Boolean).join(" · "), "good");
}

function pasteRow(field, set) {
  const row = make("div", "paste");
  const input = make("input");
  input.type = "text";
  input.autocomplete = "off";
  input.placeholder = "-7,39531; 109,69702";
  input.setAttribute("aria-label", say("gps_paste"));
  const use = () => {
    const place = parsePlace(input.value);
    if (place) stopListening();
    if (place) set(place);
    showFault(field.name, place ? "" : say("gps_not_read"));
  };
  row.append(make("span", "hint", say("gps_paste")), input, button("", say("gps_use"), use));
  return row;
}

async function fromPhoto(input, field, set) {
  const facts = exifFacts(await input.files[0].arrayBuffer());
  if (facts.lon !== undefined) set({ lon: facts.lon, lat: facts.lat, accuracy_m: null, source: "photo" });
  showFault(field.name, facts.lon === undefined ? say("photo_no_place") : "");
  input.value = "";
}

/* Opens whatever map the phone has, at the listed point; else searching by the names. */
function geoLink(site) {
  if (site.lon !== null && site.lat !== null) {
    const at = `${Number(site.lat.toFixed(6))},${Number(site.lon.toFixed(6))}`;
    return `geo:${at}?q=${at}`;
  }
  return `geo:0,0?q=${encodeURIComponent([site.name, site.desa, site.kecamatan].filter(Boolean).join(", "))}`;
}

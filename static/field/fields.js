/* One control for each kind of answer, made for a thumb; every one is native, so readers speak it. */
const LONG_LIST = 9;
const SHORT_LABELS = 30;

/* Builds a field with its label, hint, control and a place for what is wrong. */
function fieldBox(field, visit, touch, alone) {
  const box = make("fieldset", `field ${field.type}${field.layout ? ` as-${field.layout}` : ""}`);
  box.dataset.field = field.name;
  const told = words().fields[field.name];
  const legend = make("legend", alone ? "unseen" : "", told.label);
  if (field.starred) legend.append(make("b", "star", " ★"));
  box.append(legend);
  if (told.hint) box.append(make("p", "hint", told.hint));
  box.append(CONTROL[field.type](field, visit, touch));
  const fault = make("p", "fault");
  fault.setAttribute("role", "alert");
  fault.hidden = true;
  box.append(fault);
  return box;
}

function setAnswer(visit, field, value) {
  if (value === undefined) delete visit.answers[field.name];
  else visit.answers[field.name] = value;
}

function choiceControl(field, visit, touch) {
  if (field.choices.length >= LONG_LIST) return longList(field, visit, touch);
  const scale = field.layout === "scale" || field.layout === "likert";
  const letters = field.choices.map((c) => choiceLabel(field, c)).join("").length;
  const row = scale || field.layout === "checklist" || letters <= SHORT_LABELS;
  const box = make("div", row ? "options row" : "options");
  const told = scale ? scaleWords(field) : null;
  const inputs = field.choices.map((choice) => {
    const label = choiceLabel(field, choice);
    const { option, input } = tick("radio", field, choice, scale ? choice : label);
    if (scale) input.setAttribute("aria-label", label);
    input.checked = visit.answers[field.name] === choice;
    input.addEventListener("click", () => {
      const again = visit.answers[field.name] === choice;
      input.checked = !again;
      setAnswer(visit, field, again ? undefined : choice);
      if (told) told.show(visit);
      touch(field);
    });
    box.append(option);
    return input;
  });
  if (!told) return box;
  told.show(visit);
  const both = make("div");
  both.append(box, told.element);
  return inputs.length ? both : box;
}

/* Under five numbers: what the ends mean, or what was chosen. */
function scaleWords(field) {
  const element = make("p", "ends");
  element.setAttribute("aria-hidden", "true");
  const show = (visit) => {
    const chosen = visit.answers[field.name];
    const ends = [field.choices[0], field.choices[field.choices.length - 1]];
    const shown = chosen ? [chosen] : ends;
    element.replaceChildren(...shown.map((choice) => make("span", "", choiceLabel(field, choice))));
    element.classList.toggle("chosen", Boolean(chosen));
  };
  return { element, show };
}

function tick(type, field, choice, text) {
  const option = make("label", "option");
  const input = make("input");
  input.type = type;
  input.name = field.name;
  input.value = choice;
  option.append(input, make("span", "", text));
  return { option, input };
}

function longList(field, visit, touch) {
  const select = make("select");
  select.setAttribute("aria-label", words().fields[field.name].label);
  select.append(new Option(say("choose"), ""));
  for (const choice of field.choices) select.append(new Option(choiceLabel(field, choice), choice));
  select.value = visit.answers[field.name] || "";
  select.addEventListener("change", () => {
    setAnswer(visit, field, select.value || undefined);
    touch(field);
  });
  return select;
}

function manyControl(field, visit, touch) {
  const inputs = new Map();
  const options = field.choices.map((choice) => {
    const { option, input } = tick("checkbox", field, choice, choiceLabel(field, choice));
    inputs.set(choice, input);
    input.addEventListener("change", () => {
      const chosen = ticked(field, visit.answers[field.name] || [], choice, input.checked);
      setAnswer(visit, field, chosen.length ? chosen : undefined);
      show();
      touch(field);
    });
    return option;
  });
  const show = () => {
    const chosen = visit.answers[field.name] || [];
    inputs.forEach((input, choice) => (input.checked = chosen.includes(choice)));
  };
  show();
  if (field.layout === "grid") return grid(field, options, inputs);
  const box = make("div", "options");
  box.append(...options);
  return box;
}

/* Seven days by three parts of the day: "Senin pagi" stands in the row of the one word, the column of the other. */
function grid(field, options, inputs) {
  const table = make("div", "grid");
  const parts = new Set(field.choices.map((c) => choiceLabel(field, c).split(" ")[1]));
  table.append(make("span"), ...Array.from(parts, (part) => make("span", "head", part)));
  field.choices.forEach((choice, i) => {
    const label = choiceLabel(field, choice);
    if (i % parts.size === 0) table.append(make("span", "day", label.split(" ")[0]));
    inputs.get(choice).setAttribute("aria-label", label);
    options[i].lastChild.className = "unseen";
    table.append(options[i]);
  });
  return table;
}

function numberControl(field, visit, touch) {
  const input = make("input");
  input.type = "text";
  input.inputMode = field.type === "integer" ? "numeric" : "decimal";
  input.autocomplete = "off";
  input.setAttribute("aria-label", words().fields[field.name].label);
  const given = visit.answers[field.name];
  const wrong = visit.wrong[field.name];
  const comma = (value) => (state.lang === "id" ? String(value).replace(".", ",") : String(value));
  input.value = wrong !== undefined ? wrong : given === undefined ? "" : comma(given);
  input.addEventListener("input", () => {
    const value = typedNumber(field, input.value);
    const bad = input.value.trim() !== "" && value === null;
    setAnswer(visit, field, value === null ? undefined : value);
    delete visit.wrong[field.name];
    if (bad) visit.wrong[field.name] = input.value;
    touch(field);
  });
  input.addEventListener("blur", () => showFault(field.name, problemOf(field, visit)));
  return input;
}

function textControl(field, visit, touch) {
  const area = textArea(words().fields[field.name].label, visit.answers[field.name] || "");
  area.addEventListener("input", () => {
    setAnswer(visit, field, area.value.trim() || undefined);
    touch(field);
  });
  return area;
}

function textArea(label, value) {
  const area = make("textarea");
  area.rows = 3;
  area.maxLength = 500;
  area.setAttribute("aria-label", label);
  area.value = value;
  return area;
}

function photoControl(field, visit, touch) {
  const box = make("div", "photo-box");
  const show = () => {
    const name = visit.answers[field.name];
    const pick = filePick(name ? say("photo_again") : say("photo_take"), words().fields[field.name].label);
    pick.input.addEventListener("change", () => pick.input.files[0] && take(pick.input.files[0]));
    box.replaceChildren(pick.label);
    if (!name) return;
    const image = make("img");
    image.src = visit.photos[name] || "";
    image.alt = words().fields[field.name].label;
    box.prepend(image);
    box.append(button("quiet", say("photo_remove"), () => put(undefined)));
  };
  const put = async (taken) => {
    const name = `${field.name}_${visit.submission.slice(0, 8)}.jpg`;
    setAnswer(visit, field, taken ? name : undefined);
    delete visit.photos[name];
    delete visit.photo_facts[name];
    if (taken) visit.photos[name] = taken.url;
    if (taken && Object.keys(taken.facts).length) visit.photo_facts[name] = taken.facts;
    show();
    touch(field);
    await keepPhoto(visit, name);
  };
  const take = async (file) => {
    const taken = await takenPhoto(file);
    if (taken) await put(taken);
    showFault(field.name, taken ? "" : say("photo_unreadable"));
  };
  show();
  return box;
}

function filePick(text, about) {
  const label = make("label", "button file");
  const input = make("input", "unseen");
  input.type = "file";
  input.accept = "image/*";
  input.setAttribute("aria-label", about);
  label.append(input, make("span", "", text));
  return { label, input };
}

function showFault(name, text) {
  const box = document.querySelector(`[data-field="${name}"]`);
  const fault = box && box.querySelector(".fault");
  if (!fault) return;
  fault.textContent = text;
  fault.hidden = !text;
  box.classList.toggle("wrong", Boolean(text));
}

const CONTROL = {
  point: (...given) => pointControl(...given),
  choice: choiceControl,
  many: manyControl,
  integer: numberControl,
  decimal: numberControl,
  text: textControl,
  photo: photoControl,
};

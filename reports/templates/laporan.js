"use strict";
/* Rows of a table that hold what is written above it; nothing is read as code or markup. */
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
for (const field of document.querySelectorAll("input.find")) {
  const rows = [...document.querySelectorAll(`#${field.dataset.table} tbody tr`)];
  const texts = rows.map((row) => plain(row.textContent));
  field.addEventListener("input", () => {
    const wanted = plain(field.value.trim());
    rows.forEach((row, k) => { row.hidden = !texts[k].includes(wanted); });
  });
  field.hidden = false;
}

/* Heads of a table sort its rows: up, down, as they were; what is not known stays last. */
const lang = document.documentElement.lang;
const marks = lang === "id" ? [/\./g, ","] : [/,/g, "."];
const figure = (text) => {
  const found = text.match(/[\d.,]*\d/);
  return found ? Number(found[0].replace(marks[0], "").replace(marks[1], ".")) : NaN;
};
const order = new Intl.Collator(lang, { numeric: true, sensitivity: "base" });
for (const table of document.querySelectorAll("table[data-sort]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = table.dataset.sort;
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" };
      const way = next[head.getAttribute("aria-sort")];
      heads.forEach((one) => one.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", way);
      const numbers = head.classList.contains("n");
      const keys = new Map(rows.map((row) => {
        const text = row.cells[column].textContent.trim();
        return [row, numbers ? figure(text) : text];
      }));
      const bare = (key) => key === "–" || key === "" || Number.isNaN(key);
      const turn = way === "descending" ? -1 : 1;
      const sorted = way === "none" ? rows : [...rows].sort((a, b) => {
        const [x, y] = [keys.get(a), keys.get(b)];
        if (bare(x) || bare(y)) return bare(x) - bare(y);
        return turn * (numbers ? x - y : order.compare(x, y));
      });
      body.append(...sorted);
    });
  });
}

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

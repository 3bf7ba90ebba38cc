"use strict";
// Filters the grid, and the sections below it, as one types.
(function () {
  const field = (id) => document.getElementById(id);
  const rows = Array.from(document.querySelectorAll("#grid tbody tr"), (row) => ({
    row,
    section: field(row.querySelector("a").getAttribute("href").slice(1)),
    text: row.dataset.text,
    namespace: row.dataset.namespace,
    cells: row.dataset.cells,
    weighted: row.dataset.weights !== "0",
  }));
  function update() {
    const words = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const namespace = field("namespace").value;
    const era = field("era").value.slice(0, 1);
    const release = field("release").value;
    const weighted = field("weighted").checked;
    let count = 0;
    for (const item of rows) {
      const cell = release === "" ? "" : item.cells[Number(release)];
      const there = release === "" || cell !== "-";
      const fits = era === "" || (release === "" ? item.cells.includes(era) : cell === era);
      const shown = there && fits && (!weighted || item.weighted) && (!namespace || item.namespace === namespace) &&
        words.every((word) => item.text.includes(word));
      item.row.hidden = !shown;
      item.section.hidden = !shown;
      count += shown;
    }
    field("count").textContent = count + (count === 1 ? " builder" : " builders");
  }
  for (const id of ["search", "namespace", "era", "release", "weighted"]) field(id).addEventListener("input", update);
})();

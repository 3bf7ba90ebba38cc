"use strict";
// Answers what breaks between two releases, filters as one types, copies calls.
(function () {
  const field = (id) => document.getElementById(id);
  const made = (name, text, kind) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  // What breaks between two releases: the same as `tvcompat diff`, which a test holds.
  const data = JSON.parse(field("upgrades").textContent);
  const words = { breaks: "break", deprecated: "warn", behaviour: "behave otherwise", added: "are new" };
  const short = (path) => path.replace(/^torchvision\./, "");
  function changesBetween(first, last) {
    return data.changes.filter((c) => c[4] <= first && first <= c[5] && c[6] <= last && last <= c[7]);
  }
  // Changes that say the same of several names are one row.
  function grouped(changes) {
    const rows = new Map();
    for (const [, path, text, release] of changes) {
      const key = release + " " + text;
      if (!rows.has(key)) rows.set(key, { release, text, paths: [] });
      rows.get(key).paths.push(path);
    }
    return Array.from(rows.values()).sort((a, b) => a.release - b.release);
  }
  function names(paths) {
    const cell = made("td");
    const add = (holder, path) => holder.append(made("code", short(data.paths[path][0])), " ");
    paths.slice(0, 4).forEach((path) => add(cell, path));
    if (paths.length > 4) {
      const more = made("details");
      more.append(made("summary", paths.length - 4 + " more"));
      paths.slice(4).forEach((path) => add(more, path));
      cell.append(more);
    }
    return cell;
  }
  function table(changes) {
    const body = made("tbody");
    for (const row of grouped(changes)) {
      const line = made("tr");
      const how = made("td", data.texts[row.text]);
      const instead = new Set(row.paths.map((path) => data.paths[path][1]).filter(Boolean));
      for (const text of Array.from(instead).slice(0, 3)) how.append(made("br"), made("span", text, "instead"));
      line.append(made("td", data.releases[row.release]), names(row.paths), how);
      body.append(line);
    }
    const head = made("thead");
    const line = made("tr");
    for (const text of ["in", "what", "how, and what to write instead"]) {
      const cell = made("th", text);
      cell.scope = "col";
      line.append(cell);
    }
    head.append(line);
    const whole = made("table", "", "changes");
    whole.append(head, body);
    const holder = made("div", "", "scroll");
    holder.append(whole);
    return holder;
  }
  function answer() {
    const first = Number(field("from").value);
    const last = Number(field("to").value);
    const counts = field("counts");
    const parts = [];
    counts.textContent = "";
    if (first >= last) {
      counts.textContent = "Choose an older release to come from, and a newer one to go to.";
      field("answer").replaceChildren();
      return;
    }
    const all = changesBetween(first, last);
    data.classes.forEach((kind, number) => {
      const found = all.filter((change) => change[0] === number);
      counts.append(number ? ", " : "", made("b", String(found.length), kind), " " + words[kind]);
      if (!found.length) return;
      if (kind === "breaks") {
        parts.push(table(found));
        return;
      }
      const details = made("details");
      details.append(made("summary", found.length + " " + words[kind]));
      details.addEventListener("toggle", () => { if (details.children.length === 1) details.append(table(found)); });
      parts.push(details);
    });
    if (!all.length) counts.textContent = "Nothing that a program could notice changed between them.";
    field("answer").replaceChildren(...parts);
  }
  function choose() {
    answer();
    const chosen = [field("from"), field("to")].map((select) => data.releases[Number(select.value)]);
    history.replaceState(null, "", "#upgrade=" + chosen.join(".."));
  }
  function fromAddress() {
    const match = /^#upgrade=([\d.]+?)\.\.([\d.]+)$/.exec(location.hash);
    const numbers = match ? [match[1], match[2]].map((release) => data.releases.indexOf(release)) : [];
    if (match && !numbers.includes(-1)) {
      [field("from").value, field("to").value] = numbers.map(String);
      field("upgrade").scrollIntoView();
    }
    answer();
  }
  for (const id of ["from", "to"]) field(id).addEventListener("change", choose);
  window.addEventListener("hashchange", fromAddress);
  fromAddress();

  // Search and filters.
  const rows = Array.from(document.querySelectorAll("#grid tbody tr"), (row) => ({
    row,
    section: field(row.querySelector("a").getAttribute("href").slice(1)),
    text: row.dataset.text,
    namespace: row.dataset.namespace,
    cells: row.dataset.cells,
    weighted: row.dataset.weights !== "0",
  }));
  const left = Array.from(document.querySelectorAll("#legacy tbody tr"), (row) => ({
    row,
    text: row.textContent.toLowerCase(),
  }));
  function update() {
    const wanted = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (text) => wanted.every((word) => text.includes(word));
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
        matches(item.text);
      item.row.hidden = !shown;
      item.section.hidden = !shown;
      count += shown;
    }
    let gone = 0;
    for (const item of left) {
      item.row.hidden = !matches(item.text);
      gone += !item.row.hidden;
    }
    const builders = count + (count === 1 ? " builder" : " builders");
    field("count").textContent = wanted.length ? builders + ", " + gone + (gone === 1 ? " name" : " names") + " that left" : builders;
    field("left-count").hidden = !wanted.length;
    field("left-count").textContent = gone + " of them match the search.";
  }
  for (const id of ["search", "namespace", "era", "release", "weighted"]) field(id).addEventListener("input", update);

  // Copying.
  document.addEventListener("click", async (event) => {
    if (!event.target.matches("button.copy")) return;
    const button = event.target;
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Without the right to write there: select it, so that one key copies it.
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
})();

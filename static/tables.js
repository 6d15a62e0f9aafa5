/* Tables inside articles: sorted by their headings and filtered in place.
   Without this script the link to the explorer does both. */
(() => {
  "use strict";
  const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });

  const value = (row, column) => {
    const cell = row.cells[column];
    if (cell.querySelector(".nothing")) return "";
    const count = cell.querySelector(".count");
    if (count) return Number(count.textContent.replace(/\D/g, ""));
    const time = cell.querySelector("time");
    return time ? time.dateTime : cell.textContent.trim();
  };

  /* Unknown comes last either way, as everywhere in the catalogue. */
  const compare = (a, b, sign) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  };

  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const usual = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      if ("incomparable" in heading.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      const arrow = document.createElement("span");
      arrow.className = "arrow";
      arrow.setAttribute("aria-hidden", "true");
      button.append(arrow);
      heading.append(button);
      button.addEventListener("click", () => {
        const now = heading.getAttribute("aria-sort");
        const next = now === "ascending" ? "descending" : now === "descending" ? "" : "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        let rows = usual;
        if (next) {
          heading.setAttribute("aria-sort", next);
          const sign = next === "ascending" ? 1 : -1;
          rows = usual
            .map((row) => [value(row, column), row])
            .sort((a, b) => compare(a[0], b[0], sign))
            .map(([, row]) => row);
        }
        body.append(...rows);
      });
    });
  };

  const makeFilterable = (table, number) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 4) return;
    const words = rows.map((row) => row.textContent.toLowerCase());
    const tools = document.createElement("div");
    tools.className = "live-tools";
    const label = document.createElement("label");
    label.textContent = "Filter this table";
    const input = document.createElement("input");
    input.type = "search";
    input.id = label.htmlFor = `filter.${number}`;
    input.autocomplete = "off";
    const said = document.createElement("span");
    said.className = "hint";
    said.setAttribute("role", "status");
    tools.append(label, input, said);
    table.closest(".table-frame").before(tools);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, n) => {
        row.hidden = !wanted.every((word) => words[n].includes(word));
        shown += !row.hidden;
      });
      said.textContent = wanted.length ? `${shown} of ${rows.length} shown` : "";
    });
  };

  document.querySelectorAll(".live-table table").forEach((table, number) => {
    makeSortable(table);
    makeFilterable(table, number + 1);
  });
})();

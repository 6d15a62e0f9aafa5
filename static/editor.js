/* The post form: blocks by keyboard, deletion that can be undone, what a table gives now, and no lost typing. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const BLOCK = ".order-machine > .inline-related:not(.empty-form)";
  let dirty = false;

  function make(tag, attributes = {}, text = "") {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  }

  const said = make("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const say = (text) => { said.textContent = ""; setTimeout(() => { said.textContent = text; }, 50); };

  const place = (block) => Number(one(".order-machine-ordering", block)?.value || block.style.order || 0);
  const inOrder = () => all(BLOCK).sort((a, b) => place(a) - place(b));
  const kind = (block) => (one(":scope > h3 > b", block)?.textContent || "block").replace(":", "").trim();

  /* The order in the page follows the order that is seen, so that Tab goes through the blocks in it. */
  function settle() {
    const blocks = inOrder();
    blocks.forEach((block, index) => {
      one(".order-machine-ordering", block).value = block.style.order = 10 * (index + 1);
      const next = blocks[index + 1];
      if (next && !(block.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING)) block.after(next);
      const [up, down] = all(":scope > h3 .block-move button", block);
      if (!up) return;
      up.disabled = index === 0;
      down.disabled = index === blocks.length - 1;
      up.setAttribute("aria-label", `Move ${kind(block)}, block ${index + 1}, up`);
      down.setAttribute("aria-label", `Move ${kind(block)}, block ${index + 1}, down`);
    });
  }

  function move(block, step) {
    const blocks = inOrder();
    const from = blocks.indexOf(block), to = from + step;
    if (to < 0 || to >= blocks.length) return;
    blocks.splice(from, 1);
    blocks.splice(to, 0, block);
    blocks.forEach((each, index) => { one(".order-machine-ordering", each).value = each.style.order = 10 * (index + 1); });
    dirty = true;
    settle();
    const [up, down] = all(":scope > h3 .block-move button", block);
    const wanted = step < 0 ? up : down;
    (wanted.disabled ? (step < 0 ? down : up) : wanted).focus();
    block.scrollIntoView({ block: "nearest" });
    say(`${kind(block)} is now block ${to + 1} of ${blocks.length}.`);
  }

  function dress(block) {
    const title = one(":scope > h3", block);
    if (!title || one(".block-move", title)) return;
    const buttons = make("span", { class: "block-move" });
    for (const [text, step] of [["↑", -1], ["↓", 1]]) {
      const button = make("button", { type: "button" }, text);
      button.addEventListener("click", (event) => { event.stopPropagation(); event.preventDefault(); move(block, step); });
      buttons.append(button);
    }
    title.append(buttons);
    const label = one(".inline_label", title);
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    const tell = () => label.setAttribute("aria-expanded", String(!block.classList.contains("collapsed")));
    label.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); label.click(); }
    });
    new MutationObserver(tell).observe(block, { attributes: true, attributeFilter: ["class"] });
    tell();
    undoable(block, title);
    watchTable(block);
  }

  /* A new block is marked for deletion like a saved one, so that both can be kept after all. */
  function undoable(block, title) {
    const remove = one(".inline-deletelink", title);
    if (remove) {
      remove.closest("span")?.remove() ?? remove.remove();
      const prefix = one(".order-machine-ordering", block).name.replace(/-ordering$/, "");
      const box = make("input", { type: "checkbox", name: `${prefix}-DELETE`, id: `id_${prefix}-DELETE` });
      const wrap = make("span", { class: "delete" });
      wrap.append(box, make("label", { for: box.id, class: "vCheckboxLabel inline" }, "Delete"));
      title.append(wrap);
    }
    const box = one(".delete > input[type=checkbox]", title);
    if (box?.checked) block.classList.add("for-deletion");
    box?.addEventListener("change", (event) => {
      dirty = true;
      say(event.target.checked
        ? `${kind(block)} goes when you save. Clear the box to keep it.`
        : `${kind(block)} stays.`);
    });
  }

  /* What a table's query or list gives now. */
  function watchTable(block) {
    const query = one("[data-table-query]", block), told = one(".table-now", block);
    const slugs = one("textarea[name$='-slugs']", block);
    const address = document.getElementById("table-address")?.dataset.address;
    if (!query || !told || !address) return;
    let timer, asking;
    const ask = async () => {
      asking?.abort();
      asking = new AbortController();
      told.setAttribute("aria-busy", "true");
      const asked = new URLSearchParams({ family: query.dataset.tableQuery, query: query.value, slugs: slugs.value });
      try {
        const answer = await fetch(`${address}?${asked}`, { signal: asking.signal, headers: { "X-Requested-With": "fetch" } });
        if (answer.redirected || !answer.ok) throw new Error(answer.status);
        told.innerHTML = await answer.text();
      } catch (error) {
        if (error.name === "AbortError") return;
        told.textContent = "This could not be asked just now; saving will tell.";
      }
      told.removeAttribute("aria-busy");
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 400); };
    query.addEventListener("input", soon);
    slugs.addEventListener("input", soon);
    if (query.value || slugs.value) ask();
  }

  function reachable(element) {
    if (element.hasAttribute("tabindex")) return;
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => {
      if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      element.click();
      // The menu comes into sight by a transition, before which it takes no focus.
      if (element.matches(".order-machine-insert-target")) setTimeout(() => one(".plugin-buttons .plugin-button")?.focus(), 60);
    });
  }

  function reach() {
    for (const target of all(".order-machine-insert-target")) {
      if (target.closest(".empty-form")) continue;
      target.setAttribute("role", "button");
      target.setAttribute("aria-label", target.matches(".last") ? "Add a block at the end" : "Add a block before this one");
      reachable(target);
    }
    all(".plugin-button[data-plugin-prefix]").forEach(reachable);
  }

  /* Names for what has none of its own: cells of a table after their column, a text after the words beside it. */
  function name() {
    for (const table of all(".inline-group .tabular table")) {
      const columns = all("thead th", table).map((cell) => cell.innerText.trim());
      for (const row of all("tbody tr.form-row", table)) {
        [...row.cells].forEach((cell, index) => {
          for (const field of all("input:not([type=hidden]), select, textarea", cell)) field.setAttribute("aria-label", columns[index].replace("?", ""));
        });
      }
    }
    for (const text of all(".prose-editor")) {
      const typed = one("[contenteditable]", text), kept = one("textarea", text);
      if (!typed || !kept) continue;
      typed.setAttribute("aria-label", kept.labels[0]?.textContent.replace(":", "") || "Text");
      const told = kept.getAttribute("aria-describedby");
      if (told) typed.setAttribute("aria-describedby", told);
    }
    for (const search of all(".form-row .select2-search__field")) {
      search.setAttribute("aria-label", one("label", search.closest(".form-row"))?.textContent.replace(":", "").trim() || "Search");
    }
  }

  function start() {
    one(".order-machine-wrapper")?.append(said);
    if (window.ContentEditor?.allowChange === false) return;
    all(BLOCK).forEach(dress);
    settle();
    reach();
    name();
    document.addEventListener("formset:added", () => setTimeout(() => { all(BLOCK).forEach(dress); settle(); reach(); name(); dirty = true; }, 0));
    document.addEventListener("drop", () => setTimeout(() => { settle(); dirty = true; }, 0), true);
    if (location.hash) one(`#${CSS.escape(location.hash.slice(1))}`)?.scrollIntoView();
  }

  /* Leaving with something unsaved asks first. */
  function guard() {
    const form = document.getElementById("post_form");
    if (!form) return;
    if (one(".errornote", form) || one(".post-conflict")) dirty = true;
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("change", () => { dirty = true; });
    form.addEventListener("submit", () => { dirty = false; });
    window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }

  document.addEventListener("content-editor:ready", start);
  document.addEventListener("DOMContentLoaded", guard);
})();

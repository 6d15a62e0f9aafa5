// What makes the tables smooth; without it every control still works by its button or link.
(() => {
  const explorer = () => document.getElementById("explorer");
  const form = () => document.getElementById("filters");
  const panel = () => document.getElementById("filter-panel");
  const status = (text) => {
    document.getElementById("explorer-status").textContent = text;
  };

  // What this browser remembers. Storage may be forbidden: nothing is then remembered.
  const memory = {
    get(name) {
      try {
        return localStorage.getItem(name) ?? "";
      } catch {
        return "";
      }
    },
    set(name, value) {
      try {
        if (value) localStorage.setItem(name, value);
        else localStorage.removeItem(name);
      } catch {}
    },
  };

  // The address says everything. Where it is silent on columns or density, the reader's own are
  // written into it before anything else, so that what is seen can be shared as it is.
  const columnsKept = `columns:${explorer().dataset.family}`;
  const address = new URL(location);
  const missing = (name) => !address.searchParams.has(name);
  const offered = [...document.querySelectorAll("#columns-form [name=columns]")].map((box) => box.value);
  const columns = memory.get(columnsKept).split(" ").filter((name) => offered.includes(name));
  const density = memory.get("density");
  const remembered = [
    ...(missing("columns") ? columns.map((name) => ["columns", name]) : []),
    ...(missing("density") && density === "compact" ? [["density", density]] : []),
  ];
  if (remembered.length) {
    for (const [name, value] of remembered) address.searchParams.append(name, value);
    location.replace(address);
    return;
  }
  // Later a page may be silent and show the usual, as after going back to before they were chosen. Loaded
  // again it would show the reader's own, so what it shows is written into its address too.
  const speak = () => {
    const address = new URL(location);
    const silent = (name) => memory.get(name === "columns" ? columnsKept : name) && !address.searchParams.has(name);
    const usual = document.getElementById("columns-form").dataset.usual.split(" ");
    const shown = silent("columns") ? usual.map((name) => ["columns", name]) : [];
    if (silent("density")) shown.push(["density", "comfortable"]);
    if (!shown.length) return;
    for (const [name, value] of shown) address.searchParams.append(name, value);
    history.replaceState(history.state, "", address);
  };
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "columns-form") return;
    const chosen = new FormData(event.target).getAll("columns").join(" ");
    const given = [...event.target.querySelectorAll("[name=columns]:checked")].map((box) => box.value);
    const usual = event.target.dataset.usual.split(" ");
    const same = given.length === usual.length && usual.every((name) => given.includes(name));
    memory.set(columnsKept, same ? "" : chosen);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#usual-columns")) memory.set(columnsKept, "");
    const density = event.target.closest?.("#density");
    if (density) memory.set("density", density.dataset.density === "compact" ? "compact" : "");
  });

  // Empty inputs would litter the address, for the browser's own requests and htmx's alike.
  document.addEventListener("formdata", (event) => {
    if (!["filters", "columns-form", "selection"].includes(event.target.id)) return;
    const data = event.formData;
    for (const name of new Set(data.keys())) {
      const values = name === "pick" ? picks() : data.getAll(name).filter((value) => value !== "");
      data.delete(name);
      for (const value of new Set(values)) data.append(name, value);
    }
    if (!data.has("pick")) for (const slug of picks()) data.append("pick", slug);
  });
  // The boxes as they are now, one just ticked included, in the order in which they were picked.
  const picks = () => {
    const boxes = [...document.querySelectorAll("[type=checkbox][name=pick]")];
    const unticked = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    const before = document.getElementById("selection").dataset.picked.split(" ").filter((slug) => slug && !unticked.has(slug));
    return [...before, ...boxes.filter((box) => box.checked).map((box) => box.value)];
  };

  // A choice is applied at once.
  let waiting = 0;
  let byButton = false;
  document.addEventListener("change", (event) => {
    const { form: own, name } = event.target;
    if (own?.id === "selection") own.requestSubmit();
    if (!own || own !== form() || !name) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = 0;
      form()?.requestSubmit();
    });
  });
  document.addEventListener("submit", (event) => {
    // Enter in a changed input submits by itself.
    clearTimeout(waiting);
    waiting = 0;
    byButton = event.submitter !== null;
  });

  // What is asked for while an answer is awaited, or while a choice waits to be sent, was made from a page
  // that knows nothing of it. It is brought into the later request; the earlier one would be dropped unseen.
  let awaited = null;
  const LOOKS = ["page", "pick", "open", "density", "columns"];
  const several = (name) =>
    ["pick", "open", "slug"].includes(name) || explorer().querySelector(`[type=checkbox][name="${CSS.escape(name)}"]`);
  const values = (query) => (name) => query.getAll(name).filter((value) => value !== "");
  const same = (some, others) => some.length === others.length && some.every((value) => others.includes(value));
  // Controls of a form say how they are now. Whatever else it passes on is as old as its page.
  const says = (element, name) =>
    element.matches("form") && [...element.elements].some((control) => control.name === name && control.type !== "hidden");
  const brought = (earlier, later, element) => {
    const [was, first, then] = [new URLSearchParams(location.search), earlier.query, later].map(values);
    const names = new Set([...earlier.query.keys(), ...later.keys(), ...new URLSearchParams(location.search).keys()]);
    const result = new URLSearchParams();
    let narrowed = false;
    for (const name of names) {
      const [before, one, two] = [was(name), first(name), then(name)];
      let wanted = two;
      if (!(earlier.forms.has(element) && says(element, name))) {
        if (same(two, before)) wanted = one;
        else if (!same(one, before) && several(name))
          wanted = [...new Set([...two, ...one.filter((value) => !before.includes(value))])].filter(
            (value) => one.includes(value) || !before.includes(value),
          );
      }
      if (!LOOKS.includes(name) && !same(wanted, before)) narrowed = true;
      for (const value of wanted) result.append(name, value);
    }
    if (narrowed) result.delete("page");
    return result;
  };
  const note = (query, element) => {
    awaited = { query, forms: new Set([...(awaited?.forms ?? []), ...(element.matches("form") ? [element] : [])]) };
  };
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, target, path, formData } = event.detail;
    if (target?.id !== "explorer") return;
    if (waiting && elt !== form()) {
      const chosen = new URLSearchParams(new FormData(form()));
      note(awaited ? brought(awaited, chosen, form()) : chosen, form());
    }
    clearTimeout(waiting);
    waiting = 0;
    const url = new URL(path, location);
    for (const [name, value] of formData) url.searchParams.append(name, value);
    const query = awaited ? brought(awaited, url.searchParams, elt) : url.searchParams;
    note(query, elt);
    for (const name of [...formData.keys()]) formData.delete(name);
    const asked = query.toString();
    event.detail.path = url.pathname + (asked ? `?${asked}` : "");
  });
  // A choice that waits to be sent when an answer comes would go with the form it was made in. It is sent in
  // the answer's place, and brings along what that was to show.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.target?.id === "explorer" && waiting && form().checkValidity()) event.preventDefault();
  });
  const arrived = (event) => {
    if (event.detail.target?.id === "explorer") awaited = null;
  };
  for (const end of ["htmx:afterSwap", "htmx:responseError", "htmx:sendError"]) document.addEventListener(end, arrived);
  addEventListener("popstate", () => {
    awaited = null;
  });

  // That no answer came is said beside the number that is therefore still old, and the same can be asked again.
  let lost = "";
  const lose = (path, why) => {
    lost = path;
    const notice = document.getElementById("lost");
    notice.querySelector("p").textContent = `Not loaded: ${why}`;
    notice.hidden = false;
    if (phone.matches && panel().open) panel().querySelector(".filter-deeds").prepend(notice);
    // The same words once more are told again.
    status("");
    setTimeout(() => status(`Not loaded: ${why} Try again`));
  };
  const faults = (xhr) => {
    const seconds = Number(xhr.getResponseHeader("Retry-After"));
    const wait = seconds ? `Please wait ${seconds} second${seconds === 1 ? "" : "s"}.` : "";
    return `${xhr.status === 429 ? "that was a lot of searches at once." : "something went wrong here."} ${wait}`.trim();
  };
  const here = () => location.pathname + location.search;
  const refused = (path, xhr) => {
    if (!xhr.status) lose(path, "the connection failed.");
    else if (xhr.status === 429 || xhr.status >= 500) lose(path, faults(xhr));
    // Any other answer that is no table is shown as a page of its own.
    else if (path === here()) location.reload();
    else location.assign(path);
  };
  for (const end of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(end, ({ detail: { target, pathInfo, xhr } }) => {
      if (target?.id === "explorer") refused(pathInfo.finalRequestPath, xhr);
    });
  }
  // What was gone back to stands in the address already; of an answer that does not come for it htmx says nothing.
  let going = null;
  const goOn = () => {
    const left = going;
    going = null;
    left?.abort();
  };
  document.addEventListener("htmx:historyCacheMiss", ({ detail: { path, xhr } }) => {
    goOn();
    going = xhr;
    // An answer to what was asked before would come under the wrong address.
    htmx.trigger(explorer(), "htmx:abort");
    xhr.addEventListener("loadend", () => {
      if (xhr !== going) return;
      going = null;
      if (!(xhr.status >= 200 && xhr.status < 400)) refused(path, xhr);
    });
  });
  // Who goes on meanwhile does not want it any more.
  for (const step of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) document.addEventListener(step, goOn);
  document.addEventListener("click", (event) => {
    const again = event.target.closest("#lost button");
    if (!again) return;
    // Gone back to once more, which adds no step.
    if (restoring && lost === here()) dispatchEvent(new PopStateEvent("popstate", { state: { htmx: true } }));
    else htmx.ajax("GET", lost, { source: again });
  });

  // Escape, or a click elsewhere, closes what dropped down.
  const close = (but) => {
    for (const drop of document.querySelectorAll("details.drop[open]")) if (drop !== but) drop.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.drop")));

  // Typing narrows a long facet to the values that have these letters, with what stands above and below them.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  // Folds over what is found are unfolded, save those of which it is known how they are to be.
  const find = (input, known = new Map()) => {
    const wanted = fold(input.value);
    const facet = input.closest("fieldset");
    const items = [...facet.querySelectorAll(".options li")];
    const named = (item) => fold(item.querySelector(".option label, .option a").textContent).includes(wanted);
    const hits = new Set(wanted ? items.filter(named) : items);
    const shown = new Set(hits);
    for (const hit of hits) {
      for (const below of hit.querySelectorAll("li")) shown.add(below);
      for (let above = hit.parentElement.closest("li"); above; above = above.parentElement.closest("li")) shown.add(above);
    }
    for (const item of items) item.hidden = !shown.has(item);
    if (wanted) {
      for (const fold of facet.querySelectorAll("details.more, details.branch"))
        if (!known.has(fold.id) && [...hits].some((hit) => fold.contains(hit))) fold.open = true;
      facet.querySelector("details.more")?.toggleAttribute("open", true);
    }
    facet.classList.toggle("finding", wanted !== "");
    facet.querySelector(".find-none").textContent = wanted && !hits.size ? "No value has these letters." : "";
  };
  document.addEventListener("input", (event) => event.target.matches?.(".find") && find(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.(".find")) return;
    event.preventDefault(); // The form has nothing new to ask.
    const left = [...event.target.closest("fieldset").querySelectorAll(".options li:not([hidden]) input:not([name$=__not])")];
    const exact = left.filter((box) => fold(box.parentElement.textContent).includes(fold(event.target.value)));
    if (exact.length === 1) exact[0].click();
  });

  // On a phone the filters are a dialog: the rest of the page cannot be reached until it is closed.
  const phone = matchMedia("(max-width: 60rem)");
  const aside = [];
  const arrange = () => {
    const sheet = document.getElementById("filter-sheet");
    for (const element of aside.splice(0)) element.inert = false;
    // Where there is room they are always open.
    if (!phone.matches) panel().open = true;
    const modal = phone.matches && panel().open;
    for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"], ["aria-label", "Filters"]])
      if (modal) sheet.setAttribute(name, value);
      else sheet.removeAttribute(name);
    if (!modal) return;
    for (let inside = sheet; inside !== document.body; inside = inside.parentElement)
      for (const other of inside.parentElement.children)
        if (other !== inside && !other.inert && other.id !== "explorer-status") {
          other.inert = true;
          aside.push(other);
        }
  };
  document.addEventListener("toggle", (event) => event.target === panel() && arrange(), true);
  phone.addEventListener("change", () => {
    panel().open = false;
    arrange();
  });

  // What is unfolded or folded against the usual, and typed to find a value, is told by the address too:
  // by its fragment, which the server never sees, such as #unfolded=facet-year+more-task&find-task=lung
  const folds = () => [...explorer().querySelectorAll("details[id]")];
  const finds = () => [...explorer().querySelectorAll(".find")];
  const states = () => new Map(folds().map((fold) => [fold.id, fold.open]));
  let usual = states();
  // Where there is room the panel is no fold.
  const differing = (open) => folds().filter((fold) => fold.open === open && usual.get(fold.id) !== open && (phone.matches || fold !== panel()));
  const said = () => new URLSearchParams(location.hash.slice(1));
  const isOurs = () => [...said().keys()].some((name) => /^(un)?folded$|^find-/.test(name));
  const tell = () => {
    // What is shown is not what the address names.
    if (restoring) return;
    const fragment = new URLSearchParams();
    for (const [name, open] of [["unfolded", true], ["folded", false]])
      if (differing(open).length) fragment.set(name, differing(open).map((fold) => fold.id).join(" "));
    for (const input of finds()) if (input.value) fragment.set(input.id, input.value);
    const hash = `${fragment}` && `#${fragment}`;
    // A place in the page, such as #main, stays in the address until there is something to tell.
    if (hash !== location.hash && (hash || isOurs()))
      history.replaceState(history.state, "", location.pathname + location.search + hash);
  };
  const show = (opened, sought) => {
    for (const fold of folds()) fold.open = opened.get(fold.id) ?? fold.open;
    for (const input of finds()) {
      const before = input.value;
      input.value = sought.get(input.id) ?? "";
      if (before || input.value) find(input, opened);
    }
    arrange();
  };
  const heed = () => {
    const named = (name) => (said().get(name) ?? "").split(" ");
    const opened = new Map(usual);
    for (const id of named("unfolded")) if (usual.has(id)) opened.set(id, true);
    for (const id of named("folded")) if (usual.has(id)) opened.set(id, false);
    show(opened, said());
  };
  heed();
  // Browsers allow only so many changes of the address in a while, and letters come fast.
  let telling = 0;
  const tellSoon = () => {
    clearTimeout(telling);
    telling = setTimeout(tell, 100);
  };
  document.addEventListener("toggle", tellSoon, true);
  document.addEventListener("input", (event) => event.target.matches?.(".find") && tellSoon());
  let restoring = false;
  addEventListener("popstate", () => {
    clearTimeout(telling);
    if (history.state?.htmx) restoring = true;
  });
  addEventListener("hashchange", () => {
    // Of an address that htmx restores the answer is still to come.
    if (history.state?.htmx) return;
    if (isOurs() || !location.hash) heed();
    else tell();
  });
  document.addEventListener("htmx:historyRestore", () => {
    restoring = false;
    speak();
    usual = states();
    heed();
    // The page is another, in which nothing was said yet.
    setTimeout(() => status(found()));
  });

  // A new answer keeps what the reader had unfolded, typed and focused, and where the filters were scrolled to.
  const scroller = () => panel().querySelector(".facets");
  let opened = new Map();
  let sought = new Map();
  let scrolled = 0;
  let focused = "";
  let picked = "";
  const found = () => document.querySelector("#explorer caption, #explorer .empty h2")?.textContent ?? "";
  const count = () => document.querySelector(".tray-count")?.textContent ?? "None selected";
  const rowOf = (element) => element?.closest?.(".records tr.row");
  // Where the names are not shown, the link that opens the row stands for it.
  const handle = (row) => row?.querySelector("th a") ?? row?.querySelector(".toggle");
  const slugs = () => [...document.querySelectorAll(".records tr.row")].map((row) => row.id).join();
  let seen = {};
  const focusOn = (element) => (element?.matches("tr") ? handle(element) : element)?.focus({ preventScroll: true });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "explorer") return;
    // What was unfolded a moment ago belongs to the address that is now left, unless it was left before.
    tell();
    opened = states();
    // What dropped down closes, and so does the sheet whose button asked.
    for (const drop of explorer().querySelectorAll("details.drop")) opened.delete(drop.id);
    if (byButton) opened.delete("filter-panel");
    sought = new Map(finds().map((input) => [input.id, input.value]));
    scrolled = scroller().scrollTop;
    const frame = document.querySelector(".table-frame");
    seen = { rows: slugs(), top: frame?.scrollTop, left: frame?.scrollLeft };
    picked = count();
    const active = document.activeElement;
    const row = rowOf(active);
    focused = active?.id || (row?.id ?? "");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "explorer") return;
    restoring = false;
    usual = states();
    show(opened, sought);
    speak();
    tell();
    scroller().scrollTop = scrolled;
    // The same rows stay where they were; other ones begin at the first.
    if (seen.rows === slugs() && seen.rows) document.querySelector(".table-frame").scrollTo(seen.left, seen.top);
    else if (!(phone.matches && panel().open) && document.getElementById("results").getBoundingClientRect().top < 0)
      document.getElementById("results").scrollIntoView();
    if (focused && document.activeElement === document.body)
      focusOn(document.getElementById(focused));
    if (byButton && phone.matches) document.getElementById("results").scrollIntoView();
    byButton = false;
    document.getElementById("feed-link").href = document.getElementById("feed").href;
    status(count() === picked ? found() : count());
  });

  // Keys. One letter alone does something only while the reader leaves that on, and never while writing.
  const help = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  on.checked = memory.get("keys") !== "off";
  on.addEventListener("change", () => memory.set("keys", on.checked ? "" : "off"));
  document.addEventListener("click", (event) => {
    if (event.target === help) help.close();
    else if (event.target.closest("#keys-button")) help.showModal();
  });

  const rows = () => [...document.querySelectorAll(".records tr.row")];
  const step = (by) => {
    const all = rows();
    const detail = document.activeElement.closest?.(".records tr.detail")?.previousElementSibling;
    const now = all.indexOf(rowOf(document.activeElement) ?? detail);
    const next = all[now < 0 ? 0 : Math.max(0, Math.min(all.length - 1, now + by))];
    handle(next)?.focus();
  };
  const inRow = (selector) => () => rowOf(document.activeElement)?.querySelector(selector).click();
  const toFilters = () => {
    if (phone.matches) panel().open = true;
    panel().querySelector(phone.matches ? "summary" : ".filter-body summary").focus();
  };
  const keys = {
    "/": () => document.getElementById("search").select(),
    f: toFilters,
    j: () => step(1),
    k: () => step(-1),
    x: inRow("[name=pick]"),
    o: inRow(".toggle"),
    c: () => document.getElementById("compare")?.click(),
    "?": () => help.showModal(),
  };
  const arrows = { ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape") return escape(event);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable], [inert]")) return;
    const act = rowOf(target) && key in arrows ? () => step(arrows[key]) : on.checked && keys[key];
    if (!act) return;
    // First come, as this page's own keys go before the site's.
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);
  const escape = (event) => {
    const drop = event.target.closest("details.drop[open]");
    if (drop) {
      drop.open = false;
      drop.querySelector("summary").focus();
    } else if (phone.matches && panel().open && !(event.target.matches(".find") && event.target.value)) {
      panel().open = false;
      panel().querySelector("summary").focus();
    }
  };
})();

// What every page does: the theme before it is drawn, what is fetched later, and the search box.
// The theme that the reader chose, set before the first paint; the system's own otherwise.
(() => {
  const THEMES = ["system", "light", "dark"];
  const root = document.documentElement;

  const kept = () => {
    try {
      const theme = localStorage.getItem("theme");
      return THEMES.includes(theme) ? theme : "system";
    } catch {
      return "system"; // Storage may be forbidden.
    }
  };
  const keep = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // The choice then holds for this page only.
    }
  };
  const apply = (theme) => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };

  let theme = kept();
  apply(theme);
  // Before anything is drawn, so that nothing moves when the switch appears.
  root.classList.add("scripts");

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const label = () => {
        button.querySelector("[data-theme-label]").textContent = `Theme: ${theme}`;
      };
      label();
      button.addEventListener("click", () => {
        theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
        apply(theme);
        keep(theme);
        label();
      });
    }
  });
})();

// Pages to read fetch htmx only when somebody turns to what needs it, such as the search.
(() => {
  const fetchLater = ({ target }) => {
    if (!target.closest?.("[hx-get], [hx-post]")) return;
    document.removeEventListener("focusin", fetchLater);
    const later = document.querySelector('meta[name="htmx-later"]');
    if (!later) return;
    const script = document.createElement("script");
    script.src = later.content;
    // What was typed meanwhile counts.
    script.onload = () => target.dispatchEvent(new Event("input", { bubbles: true }));
    // Between the document and its images, htmx would wait for an event that has been.
    const add = () => document.head.append(script);
    if (document.readyState === "complete") add();
    else window.addEventListener("load", add, { once: true });
  };
  document.addEventListener("focusin", fetchLater);
})();

// The search box: "/" leads to it from anywhere, and what is suggested below it is walked with the arrows.
// Without this script the form simply searches.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-search-box]");
  if (!box) return;

  const LEAST = 2; // Of one letter there is too much.
  const list = document.getElementById(box.dataset.searchBox);
  const status = document.getElementById(`${list.id}-status`);
  let active = null;
  let sheet = null;

  const typing = (element) => element.isContentEditable || element.matches("input, select, textarea, [role='textbox']");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Said where there is a keyboard, as far as that can be told.
  if (box.dataset.placeholder && matchMedia("(hover: hover) and (pointer: fine)").matches) box.placeholder = box.dataset.placeholder;

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  // The list's style sheet is fetched when somebody comes to the box, and the list waits for it.
  const dressed = () => {
    const known = [...document.styleSheets].some((one) => one.href === new URL(box.dataset.sheet, document.baseURI).href);
    sheet ??= known
      ? Promise.resolve()
      : new Promise((resolve) => {
          const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.sheet });
          link.onload = link.onerror = resolve;
          document.head.append(link);
        });
    return sheet;
  };

  const options = () => [...list.querySelectorAll("[role='option']")];
  const choose = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    if (!active) return box.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  };
  const isOpen = () => !list.hidden;
  const close = () => {
    choose(null);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    status.textContent = "";
  };
  const open = () => {
    if (document.activeElement !== box || box.value.trim().length < LEAST || !options().length) return close();
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    const count = options().length;
    status.textContent = `${count} suggestion${count === 1 ? "" : "s"}; use the arrow keys.`;
  };

  box.addEventListener("focus", dressed);
  box.addEventListener("blur", close);
  // A click on an option must not take the focus first: the list would be gone before it counts.
  list.addEventListener("mousedown", (event) => event.preventDefault());

  box.addEventListener("htmx:configRequest", (event) => {
    if (box.value.trim().length >= LEAST) return;
    event.preventDefault();
    list.replaceChildren();
    close();
  });
  list.addEventListener("htmx:afterSwap", async () => {
    choose(null);
    options().forEach((option, number) => {
      option.id = `${list.id}-${number}`;
      option.setAttribute("aria-selected", "false");
    });
    await dressed();
    open();
  });
  // Too many requests, or no connection: no help while typing, and the form still searches.
  for (const failure of ["htmx:responseError", "htmx:sendError"]) box.addEventListener(failure, close);

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const place = all.indexOf(active);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!isOpen()) open();
      if (!isOpen()) return;
      event.preventDefault();
      // Beyond either end lies the box itself, as it was typed.
      const next = event.key === "ArrowDown" ? place + 1 : place < 0 ? all.length - 1 : place - 1;
      choose(all[next]);
    } else if (event.key === "Enter" && isOpen() && active) {
      event.preventDefault();
      location.assign(active.href);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    }
  });
  box.form.addEventListener("submit", close);
});

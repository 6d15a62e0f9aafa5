"use strict";

// By night in its night colours: as the reader chose on the site, else as the system says.
const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // Storage may be forbidden.
  }
};
const paint = () => {
  const theme = chosen();
  const night = theme === "dark" || (theme !== "light" && system.matches);
  document.documentElement.classList.toggle("dark-mode", night);
};
paint();
system.addEventListener("change", paint);

const place = document.getElementById("api");
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});

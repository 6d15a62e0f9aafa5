// Buttons that copy a text of the page. Without this script they stay hidden, and the text can be selected.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const source = document.getElementById(button.dataset.copy);
  const status = button.closest(".copyable").querySelector("[data-copy-status]");
  const label = button.textContent;

  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      select(); // The clipboard needs HTTPS and permission.
      said = "Selected: press Ctrl+C";
    }
    button.textContent = said;
    status.textContent = said;
    setTimeout(() => {
      button.textContent = label;
    }, 2500);
  });
});

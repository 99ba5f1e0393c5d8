// What unfold opens by a click alone, such as the filters of a list, a keyboard opens too.
document.addEventListener("DOMContentLoaded", () => {
  const clickable = "#main [x-on\\:click]:not(a[href], button, input, label, summary)";
  for (const element of document.querySelectorAll(clickable)) {
    if (!element.textContent.trim()) continue; // what is around a dialogue closes with Escape
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.addEventListener("keydown", (event) => {
      if (event.target === element && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        element.click();
      }
    });
  }
});

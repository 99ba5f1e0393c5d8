// What select2 puts in place of a field has no name that a screen reader says. It gets its label's.
document.addEventListener("DOMContentLoaded", () => {
  const jQuery = window.django?.jQuery;
  if (!jQuery) return;

  const name = (field) => {
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const drawn = field.nextElementSibling;
    if (!label || !drawn?.matches(".select2-container")) return;
    label.id ||= `${field.id}-label`;
    const own = drawn.querySelector(".select2-selection__rendered");
    for (const part of drawn.querySelectorAll("[role=combobox], [role=textbox], input")) {
      part.setAttribute("aria-labelledby", `${label.id} ${own.id}`.trim());
    }
    // beside what is chosen it holds a button, which no list may
    if (own.matches("ul")) own.setAttribute("role", "presentation");
  };

  // once Django has drawn them all, and when a row with more of them is added
  jQuery(() => document.querySelectorAll(".select2-hidden-accessible").forEach(name));
  document.addEventListener("formset:added", (event) => {
    jQuery(() => event.target.querySelectorAll(".select2-hidden-accessible").forEach(name));
  });
  jQuery(document).on("select2:open", (event) => {
    const search = document.querySelector(".select2-dropdown .select2-search__field");
    search?.setAttribute("aria-labelledby", `${event.target.id}-label`);
  });
});

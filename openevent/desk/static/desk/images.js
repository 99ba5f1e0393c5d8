// An image that is chosen as a file is shown at once, in place of the one that is there.
document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("[data-image]")) {
    const image = field.querySelector("img");
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      image.src = reader.result;
      image.alt = "The image that was chosen";
      image.hidden = false;
    });
    const choose = (event) => {
      if (event.target.type !== "file") return;
      event.stopPropagation(); // unfold would look for a box of its own
      const [file] = event.target.files;
      if (file) reader.readAsDataURL(file);
    };
    field.addEventListener("change", choose, { capture: true });
  }
});

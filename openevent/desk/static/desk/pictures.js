// Each picture of a size follows what is typed beside it. The server cuts it, as it cuts all
// pictures; without this script it shows the size that is saved.
document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure[data-picture]")) {
    const inputs = ["width", "height", "keeps_aspect", "quality"]
      .map((part) => [part, document.getElementsByName(figure.dataset[part] ?? "")[0]])
      .filter(([, input]) => input);
    let waiting;

    const show = async () => {
      const query = new URLSearchParams();
      for (const [part, input] of inputs) {
        const ticked = input.checked ? "True" : "False";
        query.set(part, input.type === "checkbox" ? ticked : input.value);
      }
      const url = `${figure.dataset.picture}?${query}`;
      const answer = await fetch(url); // the browser keeps it for the image
      figure.querySelector("output").textContent = answer.headers.get("X-Picture-Size");
      figure.querySelector("img").src = url;
    };

    for (const [, input] of inputs) {
      input.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(show, 250);
      });
    }
  }
});

// Keeps the progress of an import up to date; without it, a link on the page does.
const EVERY = 2000;

async function look() {
  const shown = document.getElementById("progress");
  if (!shown) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("progress");
      if (!now) {
        location.reload();
        return;
      }
      if (now.innerHTML !== shown.innerHTML) shown.replaceChildren(...now.childNodes);
    }
  } catch {
    // The connection is gone for now: look again later.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);

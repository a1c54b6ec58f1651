// Saves a step of the survey as it is filled in. Without it, or where it fails, the buttons save as before.
const form = document.querySelector("form[data-saves]");
const told = form?.querySelector("[role=status]");
let waiting = Promise.resolve();

async function save() {
  told.textContent = form.dataset.saving;
  try {
    const answer = await fetch(location.href, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const { version, saved } = await answer.json();
    form.elements.version.value = version;
    told.textContent = saved ? form.dataset.saved : form.dataset.unsaved;
  } catch {
    told.textContent = form.dataset.unsaved;
  }
}

form?.addEventListener("change", () => {
  waiting = waiting.then(save);
});

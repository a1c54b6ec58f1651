// Keeps what is typed on this device until it is sent, so that a connection that drops loses nothing.
const form = document.querySelector("form[data-draft]");
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "challenge", "work", "website", "email"]);
const KEY = "allcity-story";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(drafts) {
  try {
    localStorage.setItem(KEY, JSON.stringify(drafts));
    return true;
  } catch {
    return false;
  }
}

function fields() {
  return [...form.elements].filter((field) => field.name && !LEFT_OUT.has(field.name) && field.type !== "checkbox");
}

if (document.querySelector("[data-draft-sent]")) {
  localStorage.removeItem(KEY);
}

if (form) {
  const told = form.querySelector("[data-told]");
  const mine = kept()[form.dataset.draft];
  if (mine && !document.querySelector(".errors")) {
    for (const field of fields()) {
      if (!field.value || field.tagName === "SELECT") field.value = mine[field.name] ?? field.value;
    }
    told.textContent = form.dataset.kept;
  }
  form.addEventListener("input", () => {
    const values = Object.fromEntries(fields().map((field) => [field.name, field.value]));
    if (keep({ ...kept(), [form.dataset.draft]: values })) told.textContent = form.dataset.kept;
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    told.textContent = form.dataset.offline;
  });
}

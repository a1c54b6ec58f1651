// While a name is typed, lists what is already there under names like it, so that nothing is entered twice.

const PAUSE = 300; // milliseconds without a key
const SHORTEST = 3;

for (const field of document.querySelectorAll("input[data-similar-names]")) {
  const region = document.getElementById(field.dataset.similarRegion);
  let timer;
  let asking;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    asking?.abort();
    timer = setTimeout(ask, PAUSE);
  });

  async function ask() {
    const name = field.value.trim();
    if (name.length < SHORTEST) return show([]);
    asking = new AbortController();
    const address = new URL(field.dataset.similarNames, location);
    address.searchParams.set("q", name);
    try {
      const response = await fetch(address, { signal: asking.signal, headers: { accept: "application/json" } });
      show(response.ok ? await response.json() : []);
    } catch (error) {
      if (error.name !== "AbortError") show([]); // a hint only: without it the form works as well
    }
  }

  function show(entries) {
    region.replaceChildren();
    if (!entries.length) return;
    region.append(Object.assign(document.createElement("p"), { textContent: region.dataset.heading }));
    const list = region.appendChild(document.createElement("ul"));
    for (const { name, url } of entries) {
      const item = list.appendChild(document.createElement("li"));
      const address = new URL(url, location);
      const title = item.appendChild(document.createElement(address.origin === location.origin ? "a" : "span"));
      title.textContent = name;
      if (title.localName === "a") title.href = address.href;
    }
  }
}

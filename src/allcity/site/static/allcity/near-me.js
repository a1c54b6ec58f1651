// Fills a form's place from the device, if its person says so. It is kept to about 100 m, and goes only where the form goes.

const DIGITS = 3;

for (const part of document.querySelectorAll("[data-near-me]")) {
  if (!("geolocation" in navigator)) continue;
  const { latitude, longitude, texts } = part.dataset;
  const says = JSON.parse(texts);
  const status = part.querySelector("[role=status]");
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => {
    status.textContent = says.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { elements } = part.closest("form");
        elements[latitude].value = coords.latitude.toFixed(DIGITS);
        elements[longitude].value = coords.longitude.toFixed(DIGITS);
        status.textContent = says.found;
      },
      ({ code, PERMISSION_DENIED, TIMEOUT }) => {
        status.textContent = { [PERMISSION_DENIED]: says.refused, [TIMEOUT]: says.late }[code] ?? says.unavailable;
      },
      { timeout: 15_000, maximumAge: 300_000 },
    );
  });
}

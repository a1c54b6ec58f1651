const NAMES = ["paper", "raised", "ink", "soft", "rule", "faint", "met", "unmet", "unknown", "water"];

/** The page's colours as they are now, `light-dark()` and the like resolved: `{name: "rgb(…)"}`. */
export function palette(element) {
  const probe = element.appendChild(document.createElement("span"));
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name}, var(--rule))`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}

/** Calls back when the colours may have changed: by the device's scheme, or by a choice kept on the root element. */
export function onPaletteChange(callback) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
  new MutationObserver(callback).observe(document.documentElement, { attributes: true });
}

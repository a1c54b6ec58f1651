import { Map as MapLibre, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { boundsOf, middleOf, read } from "./data.js";
import { putMarks } from "./marks.js";
import { onPaletteChange, palette } from "./palette.js";
import { layersOf, styleOf } from "./style.js";

const REACH = 10; // pixels around a click in which a mark counts as meant
const MOST = 8; // names in one popup

/**
 * Draws the map of a <city-map> into it and ties it to its list.
 *
 * Returns the map once it is drawn. Throws "empty" where there is nothing to show, and what MapLibre throws without WebGL.
 */
export async function draw(element) {
  const { dataset, labels } = element;
  const [points, areas, backdrop, tiles] = await Promise.all([
    read(dataset.source),
    read(dataset.areas),
    read(dataset.backdrop),
    tilesOf(dataset.tiles),
  ]);
  const bounds = boundsOf(points, areas);
  if (!bounds) throw new Error("empty");

  setWorkerUrl(new URL(dataset.worker, document.baseURI).href);
  const container = element.appendChild(document.createElement("div"));
  container.className = "city-map-canvas";
  const fonts = getComputedStyle(element).fontFamily.split(",").map((name) => name.trim().replaceAll('"', ""));
  let colours = palette(element);
  const map = new MapLibre({
    container,
    style: styleOf({ points, areas, backdrop, tiles, colours, fonts }),
    bounds,
    fitBoundsOptions: { padding: 24, maxZoom: 14 },
    maxZoom: 17,
    maxPitch: 0,
    attributionControl: false, // sources are named under the map, in the page
    cooperativeGestures: true,
    dragRotate: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    locale: {
      "Map.Title": labels.title,
      "NavigationControl.ZoomIn": labels.closer,
      "NavigationControl.ZoomOut": labels.farther,
      "Popup.Close": labels.close,
      "CooperativeGesturesHandler.WindowsHelpText": labels.control,
      "CooperativeGesturesHandler.MacHelpText": labels.command,
      "CooperativeGesturesHandler.MobileHelpText": labels.fingers,
    },
    pitchWithRotate: false,
    renderWorldCopies: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }));
  putMarks(map, colours);

  const canvas = map.getCanvas();
  canvas.setAttribute("role", "application"); // so that screen readers leave the arrow keys to the map
  canvas.setAttribute("aria-describedby", describe(container, labels.help));
  await new Promise((resolve, reject) => {
    map.once("load", resolve);
    map.on("error", ({ error }) => (map.loaded() ? console.warn(error) : reject(error)));
  });
  onPaletteChange(() => {
    colours = palette(element);
    putMarks(map, colours);
    for (const { id, paint } of layersOf({ colours, fonts, tiled: Boolean(tiles) })) {
      for (const [name, value] of Object.entries(paint ?? {})) map.setPaintProperty(id, name, value);
    }
  });
  tie({ map, points, areas, list: document.getElementById(dataset.list) });
  return map;
}

/** Tiles that an installation has set: an object, or the address of one; null where none are set. */
async function tilesOf(given) {
  if (!given) return null;
  return given.trimStart().startsWith("{") ? JSON.parse(given) : (await fetch(given)).json();
}

/** Says how the keys work; shown while the map has the focus. Returns the id of the text. */
function describe(container, text) {
  const help = container.appendChild(document.createElement("p"));
  help.className = "city-map-help";
  help.id = `city-map-help-${document.querySelectorAll(".city-map-help").length}`;
  help.textContent = text;
  return help.id;
}

/** Ties marks and areas to the items of a list: what is pointed at here is marked there. */
function tie({ map, points, areas, list }) {
  const found = new Map();
  for (const feature of areas.features) {
    found.set(String(feature.properties.key), { source: "areas", feature, at: middleOf(feature).at });
  }
  for (const feature of points.features) {
    found.set(String(feature.properties.key), { source: "points", feature, at: feature.geometry.coordinates });
  }
  const items = new Map([...(list?.querySelectorAll("[data-key]") ?? [])].map((item) => [item.dataset.key, item]));
  const canvas = map.getCanvas();
  let marked;
  let popup;

  /** Marks what has a key, here and in the list, and nothing else; without a key nothing at all. */
  function mark(key) {
    if (key === marked) return;
    for (const [each, on] of [[marked, false], [key, true]]) {
      if (!found.has(each)) continue;
      const { source, feature } = found.get(each);
      map.setFeatureState({ source, id: feature.properties.key }, { chosen: on });
      items.get(each)?.toggleAttribute("data-marked", on);
    }
    marked = found.has(key) ? key : undefined;
  }

  function open(keys) {
    popup?.remove();
    const { at } = found.get(keys[0]);
    const opened = new Popup({ offset: 14, maxWidth: "17rem", focusAfterOpen: true })
      .setLngLat(at)
      .setDOMContent(contentOf(keys.slice(0, MOST).map((key) => found.get(key).feature.properties)))
      .addTo(map);
    popup = opened;
    mark(keys[0]);
    if (list && list.scrollHeight > list.clientHeight) items.get(keys[0])?.scrollIntoView({ block: "nearest" });
    opened.getElement().addEventListener("keydown", (event) => {
      if (event.key === "Escape") opened.remove();
    });
    opened.on("close", () => {
      if (popup !== opened) return;
      popup = undefined;
      mark();
      if (document.activeElement === document.body) canvas.focus({ preventScroll: true });
    });
  }

  /** The key of the list's item that has the focus. */
  function focused() {
    return list?.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  }

  /** Keys at a place of the drawing, nearest first: marks within reach, else the area beneath. */
  function keysAt({ x, y }, reach) {
    const box = [[x - reach, y - reach], [x + reach, y + reach]];
    const distance = (key) => {
      const place = map.project(found.get(key).at);
      return Math.hypot(place.x - x, place.y - y);
    };
    const near = keysOf(map.queryRenderedFeatures(box, { layers: ["points"] }));
    if (near.length) return near.sort((a, b) => distance(a) - distance(b));
    return keysOf(map.queryRenderedFeatures([x, y], { layers: ["ground"] }));
  }

  map.on("mousemove", ({ point }) => {
    const [key] = keysAt(point, 3);
    canvas.classList.toggle("city-map-pointing", key !== undefined);
    if (!popup) mark(key ?? focused());
  });
  map.on("mouseout", () => popup || mark(focused()));
  map.on("click", ({ point }) => {
    const keys = keysAt(point, REACH);
    if (keys.length) open(keys);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") popup?.remove();
    if (event.key !== "Enter") return;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [nearest] = keysAt({ x: width / 2, y: height / 2 }, Math.min(width, height) / 4);
    if (nearest) open([...new Set([nearest, ...keysAt(map.project(found.get(nearest).at), REACH)])]);
  });

  for (const name of ["pointerover", "focusin"]) {
    list?.addEventListener(name, ({ target }) => popup || mark(keyOf(target) ?? focused()));
  }
  list?.addEventListener("pointerleave", () => popup || mark(focused()));
  list?.addEventListener("focusout", () => popup || mark());
  list?.addEventListener("click", (event) => {
    const key = keyOf(event.target);
    if (!found.has(key) || event.target.closest("a, button, input, label, select, summary")) return;
    open([key]);
    map.easeTo({ center: found.get(key).at, zoom: Math.max(map.getZoom(), 12), duration: 400 });
  });
}

function keyOf(element) {
  return element.closest("[data-key]")?.dataset.key;
}

function keysOf(features) {
  return [...new Set(features.map(({ properties }) => String(properties.key)))];
}

/** Names with their links and notes as elements, never as markup: they are what people wrote. */
function contentOf(entries) {
  const content = document.createElement("ul");
  for (const { name, url, note } of entries) {
    const item = content.appendChild(document.createElement("li"));
    const address = url && new URL(url, document.baseURI);
    const title = item.appendChild(document.createElement(address?.origin === location.origin ? "a" : "b"));
    title.textContent = name;
    if (title.localName === "a") title.href = address.href;
    if (note) item.appendChild(document.createElement("p")).textContent = note;
  }
  return content;
}

import { fillOf, middleOf } from "./data.js";
import { markName } from "./marks.js";

/** Opacity of the steps of a share, as the key beside the map shows them (frame.css). */
const STEPS = [0.08, 0.22, 0.36, 0.52, 0.7];
const chosen = (yes, no) => ["case", ["boolean", ["feature-state", "chosen"], false], yes, no];

/** A MapLibre style of points, areas, a backdrop and tiles that an installation may have set; no glyphs, no sprite. */
export function styleOf({ points, areas, backdrop, tiles, colours, fonts }) {
  return {
    version: 8,
    sources: {
      ...(tiles && { tiles: { type: "raster", tileSize: 256, ...tiles } }),
      backdrop: { type: "geojson", data: backdrop },
      areas: { type: "geojson", promoteId: "key", data: withFill(areas) },
      names: { type: "geojson", data: namesOf(areas) },
      points: { type: "geojson", promoteId: "key", data: withMark(points) },
    },
    layers: layersOf({ colours, fonts, tiled: Boolean(tiles) }),
  };
}

/** The layers in a palette. Only their paint depends on it, so that a change of palette sets nothing but paint. */
export function layersOf({ colours, fonts, tiled }) {
  const name = { "text-font": fonts, "text-field": ["get", "name"], "text-max-width": 7, "text-padding": 3 };
  const halo = { "text-halo-color": colours.raised, "text-halo-width": 1.6 };
  const kind = (wanted) => ["==", ["get", "kind"], wanted];
  return [
    { id: "paper", type: "background", paint: { "background-color": colours.raised } },
    ...(tiled ? [{ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.7, "raster-opacity": 0.55 } }] : []),
    {
      id: "water", type: "fill", source: "backdrop", filter: ["all", kind("water"), polygon()],
      paint: { "fill-color": colours.water },
    },
    {
      id: "streams", type: "line", source: "backdrop", filter: ["all", kind("water"), line()],
      paint: { "line-color": colours.water, "line-width": widening(1, 5) },
    },
    {
      id: "fill", type: "fill", source: "areas", filter: ["!", ["in", ["get", "fill"], ["literal", ["none", "unknown"]]]],
      paint: {
        "fill-color": ["match", ["get", "fill"], "unmet", colours.unmet, colours.met],
        "fill-opacity": ["match", ["get", "fill"], ...STEPS.flatMap((opacity, step) => [String(step), opacity]), 0.36],
        "fill-antialias": false,
      },
    },
    {
      id: "hatch", type: "fill", source: "areas", filter: ["==", ["get", "fill"], "unknown"],
      paint: { "fill-pattern": "hatch" },
    },
    { id: "ground", type: "fill", source: "areas", paint: { "fill-color": colours.ink, "fill-opacity": chosen(0.08, 0) } },
    {
      id: "streets", type: "line", source: "backdrop", filter: ["all", kind("street"), line()],
      paint: { "line-color": colours.rule, "line-width": widening(0.8, 4) },
    },
    {
      id: "edges", type: "line", source: "areas", layout: { "line-join": "round" },
      paint: { "line-color": chosen(colours.ink, colours.faint), "line-width": chosen(2.4, 1) },
    },
    {
      id: "chosen", type: "circle", source: "points",
      paint: {
        "circle-radius": 13, "circle-color": colours.raised, "circle-opacity": chosen(1, 0),
        "circle-stroke-color": colours.ink, "circle-stroke-width": 2.5, "circle-stroke-opacity": chosen(1, 0),
      },
    },
    {
      id: "points", type: "symbol", source: "points",
      layout: {
        "icon-image": ["get", "mark"], "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": [
          "interpolate", ["linear"], ["zoom"],
          9, ["*", 0.55, ["get", "size"]], 12, ["*", 0.9, ["get", "size"]], 15, ["*", 1.25, ["get", "size"]],
        ],
        "symbol-sort-key": ["match", ["get", "tone"], "unknown", 0, "unmet", 1, "met", 2, 3],
      },
    },
    {
      id: "places", type: "symbol", source: "backdrop", filter: kind("place"), layout: { ...name, "text-size": 12 },
      paint: { "text-color": colours.soft, ...halo },
    },
    {
      id: "names", type: "symbol", source: "names",
      layout: {
        ...name, "symbol-sort-key": ["-", 0, ["get", "order"]],
        "text-size": ["interpolate", ["linear"], ["zoom"], 9, 12, 13, 15],
      },
      paint: { "text-color": colours.ink, ...halo },
    },
    {
      id: "point-names", type: "symbol", source: "points", minzoom: 13,
      layout: { ...name, "text-max-width": 9, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.9] },
      paint: { "text-color": colours.ink, ...halo },
    },
  ];
}

function withFill({ features }) {
  return collection(features, (feature) => ({ ...feature, properties: { ...feature.properties, fill: fillOf(feature.properties) } }));
}

/** Marks of the size that points ask for; many of them make all smaller. */
function withMark({ features }) {
  const full = Math.min(Math.max((200 / features.length) ** 0.25, 0.7), 1.15);
  return collection(features, ({ geometry, properties }) => ({
    type: "Feature",
    geometry,
    properties: { ...properties, size: full * (properties.size ?? 1), mark: markName(properties.tone, properties.shape) },
  }));
}

/** One point for each area's name: named by its polygon, an area that lies in several tiles would be named several times. */
function namesOf({ features }) {
  const named = features.filter((feature) => feature.properties.name);
  return collection(named, (feature) => {
    const { at, size } = middleOf(feature);
    return {
      type: "Feature",
      geometry: { type: "Point", coordinates: at },
      properties: { name: feature.properties.name, order: size },
    };
  });
}

function collection(features, change) {
  return { type: "FeatureCollection", features: features.map(change) };
}

function polygon() {
  return ["==", ["geometry-type"], "Polygon"];
}

function line() {
  return ["==", ["geometry-type"], "LineString"];
}

function widening(far, near) {
  return ["interpolate", ["exponential", 1.5], ["zoom"], 9, far, 15, near];
}

// What a map is given, made ready to draw. All of it is GeoJSON from our own site.

const EMPTY = { type: "FeatureCollection", features: [] };
const STEPS = 5;

/** The GeoJSON at an address, or none where there is no address. */
export async function read(url) {
  if (!url) return EMPTY;
  const response = await fetch(url, { headers: { accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

/** How an area is filled: a step of 0 to 4 of its share, a tone, or not at all. */
export function fillOf({ share, tone }) {
  if (tone === "unknown" || share === null) return "unknown";
  if (typeof share === "number") return String(Math.min(Math.floor(share * STEPS), STEPS - 1));
  return tone ?? "none";
}

/** The corners that hold all features, `[[west, south], [east, north]]`, or null where there are none. */
export function boundsOf(...collections) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { features } of collections) {
    for (const { geometry } of features) {
      for (const [x, y] of positions(geometry?.coordinates ?? [])) {
        [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
      }
    }
  }
  return west <= east ? [[west, south], [east, north]] : null;
}

/** Where an area's name stands: the given place, else the middle of its largest part; with its size, for the order. */
export function middleOf({ geometry, properties }) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const middles = parts.map(([ring]) => centroid(ring));
  const largest = middles.reduce((best, each) => (each.size > best.size ? each : best));
  return { ...largest, at: properties.label ?? largest.at };
}

function* positions(coordinates) {
  if (typeof coordinates[0] === "number") yield coordinates;
  else for (const each of coordinates) yield* positions(each);
}

/** Centroid of a ring by the shoelace formula, in degrees: near enough for a name. */
function centroid(ring) {
  const [originX, originY] = ring[0];
  let [twice, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = [ring[i - 1][0] - originX, ring[i - 1][1] - originY];
    const [x1, y1] = [ring[i][0] - originX, ring[i][1] - originY];
    const cross = x0 * y1 - x1 * y0;
    twice += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  if (!twice) return { at: [originX, originY], size: 0 };
  return { at: [originX + x / (3 * twice), originY + y / (3 * twice)], size: Math.abs(twice) };
}

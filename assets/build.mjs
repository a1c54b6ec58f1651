// Builds the site's map into the static files, which are committed: nobody needs Node to run or test the site.
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/allcity/site/static/allcity/map");

await build({
  absWorkingDir: here,
  entryPoints: {
    "city-map": "map/element.js",
    drawing: "map/drawing.js",
    worker: "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs",
    frame: "map/frame.css",
    controls: "map/controls.css",
  },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // all licences are in one file beside it
});

// MapLibre's own file names what it was made from; its dependencies, which are bundled with it, bring theirs.
const { dependencies } = JSON.parse(await readFile(join(here, "node_modules/maplibre-gl/package.json"), "utf8"));
const licences = [];
for (const name of ["maplibre-gl", ...Object.keys(dependencies).sort()]) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? await readFile(join(folder, file), "utf8") : "";
  licences.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(join(out, "LICENCES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`).replace(/[ \t\r]+$/gm, ""));

// A test compares this with the sources, so that a change that was not built is noticed where there is no Node.
const sources = createHash("sha256");
for (const name of ["build.mjs", "package.json", ...(await readdir(join(here, "map"))).sort().map((file) => `map/${file}`)]) {
  sources.update(await readFile(join(here, name)));
}
await writeFile(join(out, "sources.sha256"), `${sources.digest("hex")}\n`);

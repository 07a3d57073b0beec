// Render ZPL with an independent program: node render_zpl.mjs MODULES OUT DPMM, formats as lines of JSON on stdin.
// Each line is {"zpl": "…", "width": mm, "height": mm}; picture n is written to OUT/n.png.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [modules, out, dpmm] = process.argv.slice(2);
const entry = createRequire(pathToFileURL(`${modules}/`)).resolve("zpl-renderer-js");
const { ready } = await import(pathToFileURL(entry));
const { api } = await ready;
let number = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { zpl, width, height } = JSON.parse(line);
  const picture = await api.zplToBase64Async(zpl, width, height, Number(dpmm));
  writeFileSync(`${out}/${number++}.png`, Buffer.from(picture, "base64"));
}
process.exit(0);

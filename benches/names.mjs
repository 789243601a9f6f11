// Rows with made-up names as companies have them, for `cargo bench --bench search -- --rows FILE`.
//
//   node benches/names.mjs [rows, 1000000] [seed, 1] > rows.jsonl

import { register } from "../tests/browser/names.mjs";

const [count = "1000000", seed = "1"] = process.argv.slice(2);
let text = "";
for (const entry of register(Number(count), Number(seed))) {
  text += `${JSON.stringify(entry ?? { gone: true })}\n`;
  if (text.length < 1_000_000) continue;
  process.stdout.write(text);
  text = "";
}
process.stdout.write(text);

// A signer outside of the program, as for a key in hardware: messages come in on standard input, each
// with its length before it, and signatures go out in the same order. This one has a demo key.

import { createHash, createPrivateKey, sign } from "node:crypto";

const seed = createHash("sha256").update(`attestar demo ${process.argv[2]} key`).digest();
const key = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8" });

let waiting = Buffer.alloc(0);
for await (const some of process.stdin) {
  waiting = Buffer.concat([waiting, some]);
  while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
    const end = 4 + waiting.readUInt32BE();
    process.stdout.write(sign(null, waiting.subarray(4, end), key));
    waiting = waiting.subarray(end);
  }
}

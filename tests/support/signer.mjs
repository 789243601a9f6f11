// A signer as `[signing]` may name one: frames in (u32 length, message), 64-byte signatures out.
// node signer.mjs KEY.pem HOW, where HOW says how well it does it.
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";

const [file, how] = process.argv.slice(2);
const key = createPrivateKey(readFileSync(file));
let waiting = Buffer.alloc(0);
let asked = 0;
const answers = [];

function write(bytes) {
    for (let at = 0; at < bytes.length; ) {
        try {
            at += writeSync(1, bytes, at);
        } catch (error) {
            if (error.code !== "EAGAIN") throw error;
        }
    }
}

function answer(message) {
    asked += 1;
    const signature = sign(null, message, key);
    if (how === "wrong" && asked === 3) signature[10] ^= 1;
    if (how === "hoards") return answers.push(signature);
    write(how === "short" && asked === 3 ? signature.subarray(0, 63) : signature);
    if (how === "leaves" && asked === 2) process.exit(7);
}

process.stdin.on("data", (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
        const end = 4 + waiting.readUInt32BE(0);
        answer(waiting.subarray(4, end));
        waiting = waiting.subarray(end);
    }
});
process.stdin.on("end", () => {
    answers.forEach(write);
    if (how === "talks") write(Buffer.from("goodbye"));
    if (how === "fails at the end") process.exit(1);
});

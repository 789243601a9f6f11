// What search.test.mjs says of the number box, in the compact layout.

process.env.ATTESTAR_TEST_LAYOUT = "compact";
await import("./search.test.mjs");

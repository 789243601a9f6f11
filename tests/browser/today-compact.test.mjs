// What today.test.mjs says of the status of a day, in the compact layout.

process.env.ATTESTAR_TEST_LAYOUT = "compact";
await import("./today.test.mjs");

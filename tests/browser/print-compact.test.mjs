// What print.test.mjs says of a certificate on paper, in the compact layout.

process.env.ATTESTAR_TEST_LAYOUT = "compact";
await import("./print.test.mjs");

// What check.test.mjs says of the page where certificates are checked, in the compact layout.

process.env.ATTESTAR_TEST_LAYOUT = "compact";
await import("./check.test.mjs");

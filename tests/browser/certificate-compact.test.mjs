// What certificate.test.mjs says of the page of a certificate, in the compact layout.

process.env.ATTESTAR_TEST_LAYOUT = "compact";
await import("./certificate.test.mjs");

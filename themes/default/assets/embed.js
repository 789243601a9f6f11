// @ts-check
// The page about badges: puts a certificate's number into the code to copy, and shows the badge.

import { keyOf, numberKey, pathOf } from "./query.js";

/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-embed]");
const snippets = [...document.querySelectorAll("[data-snippet]")].map((place) => ({ place, text: place.textContent ?? "" }));
/** @type {HTMLAnchorElement | null} */
const preview = document.querySelector("[data-preview]");

/** @param {string} number */
function show(number) {
  const path = pathOf(numberKey(number));
  const picture = preview?.querySelector("img");
  if (!form || !preview || !picture || !path) return;
  preview.href = `${form.dataset.pages}${path}.html`;
  picture.src = `${form.dataset.badges}${path}.svg`;
  picture.alt = number;
  for (const { place, text } of snippets) place.textContent = text.replaceAll("NUMBER", path);
}

if (form) {
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("c"));
  const asked = new URLSearchParams(location.search).get("c");
  if (asked) input.value = keyOf(asked) || asked;
  show(input.value);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(input.value);
  });
}

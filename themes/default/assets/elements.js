// @ts-check
// Elements, made in one line.

import { setDated } from "./register.js";

/** @type {(tag: string, attributes?: Record<string, string>, ...children: (Node | string)[]) => HTMLElement} */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A text whose dates are marked. @type {(tag: string, text: string, attributes?: Record<string, string>) => HTMLElement} */
export function dated(tag, text, attributes = {}) {
  const element = make(tag, attributes);
  setDated(element, text);
  return element;
}

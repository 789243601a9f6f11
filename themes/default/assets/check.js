// @ts-check
// The check of a list.

export {};

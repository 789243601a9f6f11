// @ts-check
// Reads QR codes: with the camera, or from a picture. The browser's own reader where there is one, else the
// vendored. Loaded when a code is to be read; pictures leave the browser nowhere.

import { load } from "./proof.js";
import { make } from "./elements.js";
import { button } from "./shown.js";

/** No side of a picture is looked at in more points. */
const MOST = 1600;

/** @type {(source: CanvasImageSource, width: number, height: number) => ImageData | null} */
function pointsOf(source, width, height) {
  const scale = Math.min(1, MOST / Math.max(width, height, 1));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** The browser's own reader, where it has one. */
async function ours() {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = (await Detector?.getSupportedFormats?.().catch(() => [])) ?? [];
  return formats.includes("qr_code") ? new Detector({ formats: ["qr_code"] }) : null;
}

/** @typedef {(source: HTMLVideoElement | ImageBitmap, width: number, height: number) => Promise<string>} Reader */

/** What reads a code; nothing where there is none. @returns {Promise<Reader>} */
async function reader() {
  const detector = await ours();
  if (detector) return async (source) => (await detector.detect(source).catch(() => []))[0]?.rawValue ?? "";
  const { decodeQR } = await load("./qr-decode-0.7.0.js");
  return async (source, width, height) => {
    const points = pointsOf(source, width, height);
    try {
      return points ? decodeQR(points) : "";
    } catch {
      return "";
    }
  };
}

/** What the code in a picture says. @param {Blob} file @returns {Promise<string>} */
export async function decodePicture(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return "";
  const read = await reader();
  return read(picture, picture.width, picture.height);
}

/** Reads from the camera until something was read or the dialog is closed. @param {HTMLVideoElement} video @param {MediaStream} stream @param {() => boolean} open */
async function watch(video, stream, open) {
  const read = await reader();
  video.srcObject = stream;
  await video.play();
  while (open()) {
    const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : "";
    if (text) return text;
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  return "";
}

/**
 * Asks for a code, in a dialog: the camera, or a picture where there is no camera or it is not allowed.
 * @param {{ section: HTMLElement, words: Promise<Record<string, string>>, take: (text: string) => void }} scene
 */
export async function scan({ section, words: read, take }) {
  const words = await read;
  const say = make("p", { role: "status" }, words.scan_starting);
  const video = /** @type {HTMLVideoElement} */ (make("video", { muted: "", playsinline: "", "aria-hidden": "true" }));
  const picture = /** @type {HTMLInputElement} */ (make("input", { type: "file", accept: "image/*", capture: "environment", id: "picture" }));
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "scan", "aria-labelledby": "scanning" }, make("h2", { id: "scanning" }, words.scan_title), video, say, make("p", {}, make("label", { for: "picture" }, words.scan_picture), " ", picture), button(words.scan_close, () => dialog.close(), { class: "second" })));
  section.append(dialog);
  dialog.showModal();
  /** @type {MediaStream | null} */
  let stream = null;
  dialog.addEventListener("close", () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    dialog.remove();
  });
  const found = (/** @type {string} */ text) => {
    if (!dialog.open || !text) return;
    dialog.close();
    take(text);
  };
  picture.addEventListener("change", async () => {
    const [file] = picture.files ?? [];
    const text = file ? await decodePicture(file) : "";
    if (file && !text) say.textContent = words.error_no_code;
    found(text);
  });
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    if (!dialog.open) return void stream.getTracks().forEach((track) => track.stop());
    say.textContent = words.scan_running;
    found(await watch(video, stream, () => dialog.open));
  } catch {
    video.hidden = true;
    say.textContent = words.scan_no_camera;
  }
}

import picocolors from "picocolors";

/** Colours on a terminal, and none in a file or a pipe, where a CI service would have them by default. */
export const colors = picocolors.createColors(
  picocolors.isColorSupported && process.stdout.isTTY === true,
);

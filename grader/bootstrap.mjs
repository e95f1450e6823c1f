// Every npm script begins here. This file alone must parse on Node 12, so that whoever has an old
// Node reads a sentence and not a syntax error; everything newer lies in bootstrap/.
const found = process.versions.node;
const [major, minor] = found.split(".").map(Number);

// 20.19 and 22.12 are the first that load an ES module by require, which the kernel needs.
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;

if (supported) {
  import("./bootstrap/run.mjs").then((bootstrap) => bootstrap.run(process.argv.slice(2)));
} else {
  console.error(
    [
      "✖ This Node.js is too old for the course.",
      `  Why: found Node.js ${found} (${process.execPath});`,
      "       needed is 20.19 or newer, or 22.12 or newer (22 and 24 are a good choice).",
      "  What to do: install one, then run the same command again:",
      "    from https://nodejs.org, or",
      "    with nvm:  nvm install 22 && nvm use 22",
      "    with fnm:  fnm install 22 && fnm use 22",
    ].join("\n"),
  );
  process.exitCode = process.argv[2] === "grade" ? 3 : 1;
}

// Writes the client that prisma.ts imports to generated/, out of schema.prisma.
//     node orm/bench/peers/prisma/generate.mjs
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

const command = pathOf("../../node_modules/prisma/build/index.js");
const { status } = spawnSync(
  process.execPath,
  [command, "generate", "--schema", pathOf("schema.prisma")],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      // The command line wants to download an engine for migrations before it does anything. Generating needs none,
      // and where a file of ours is named, none is fetched.
      PRISMA_SCHEMA_ENGINE_BINARY: pathOf("generate.mjs"),
      CHECKPOINT_DISABLE: "1",
    },
  },
);
process.exitCode = status ?? 1;

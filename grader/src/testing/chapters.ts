import { existsSync, rmSync } from "node:fs";
import { cp, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floors } from "../base/floors.js";
import { linkPackages } from "../base/link-packages.js";
import { inRoot, root } from "../base/paths.js";

/** What a package as of any chapter holds beside the folders of its chapters. */
const common = [
  "tsconfig.json",
  "orm/package.json",
  "orm/tsconfig.json",
  "orm/test/tsconfig.json",
  "orm/test/suite.ts",
  "orm/test/support.ts",
  "orm/test/traced.ts",
];

/** The floors that stand, in their order: a later one can be begun before an earlier one. */
export function floorsBuilt(): string[] {
  return floors.filter((floor) => existsSync(inRoot(`orm/src/${floor}`)));
}

/**
 * Lays out the package as of the end of a chapter, source and tests, in an empty folder, as in a checkout. It
 * has the folders of this chapter and of those before it. It has no index.ts above them: as of a chapter, its
 * folder's own index is what a program imports.
 */
export async function layOutChapter(chapter: number, folder: string): Promise<void> {
  const built = floorsBuilt().filter((floor) => floors.indexOf(floor) < chapter);
  const paths = built.flatMap((floor) => [`orm/src/${floor}`, `orm/test/${floor}`]);
  for (const path of [...common, ...paths]) {
    await cp(inRoot(path), join(folder, path), { recursive: true });
  }
  await linkPackages(folder);
}

/**
 * Finds the folder in which a test file runs. A chapter's own tests run on the package as of the end of that
 * chapter, where what is built later is not there to lean on. All of them do, each once, so this also
 * shows that the package passes its tests as of each chapter: the tests of the chapters before are those
 * that ran on the same source already. All other files run in the checkout.
 */
export class ChapterFolders {
  readonly #folders = new Map<number, Promise<string>>();
  readonly #made: string[] = [];
  readonly #remove = () => this.remove();

  constructor() {
    process.once("exit", this.#remove);
  }

  async folderFor(file: string): Promise<string> {
    const chapter = chapterOf(file);
    if (chapter === undefined) return root;
    const known = this.#folders.get(chapter);
    if (known) return known;
    const made = this.#make(chapter);
    this.#folders.set(chapter, made);
    return made;
  }

  async #make(chapter: number): Promise<string> {
    const prefix = join(tmpdir(), `ormlet-chapter-${chapter}-`);
    const folder = await realpath(await mkdtemp(prefix));
    this.#made.push(folder);
    await layOutChapter(chapter, folder);
    return folder;
  }

  /** Removes what was made; exiting does so as well. */
  remove(): void {
    process.removeListener("exit", this.#remove);
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** The chapter that a test file belongs to by its folder; undefined for one that belongs to none. */
function chapterOf(file: string): number | undefined {
  const folder = /^orm\/test\/(\w+)\//.exec(file)?.[1] ?? "";
  const chapter = floors.indexOf(folder) + 1;
  return chapter > 0 ? chapter : undefined;
}

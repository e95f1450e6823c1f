import { readText } from "./declarations.js";

/** The page that shows the classes and the rows of all examples, once. */
export function libraryPage(): string {
  const source = readText("docs/library.ts").replaceAll(/^export (?=const|class|async)/gm, "");
  return `<!-- Written by \`npm run docs\` from orm/docs/library.ts; do not edit it here. -->

# The library

The examples of the [reference](reference/README.md) and of the [error pages](errors/README.md) share a model and some rows:
authors and their books, tags, members with a card, and loans. Before each example the tables hold the rows of \`openLibrary\`,
and there is a session of its own:

\`\`\`ts
const session = new SessionLocal();
\`\`\`

Names that an example uses and does not declare are from here, or imported from \`"ormlet"\`. An example that maps classes of its
own does so upon a new \`Base\`. What a \`console.log\` prints stands in the comment behind it.

\`\`\`ts
${source.trimEnd()}
\`\`\`
`;
}

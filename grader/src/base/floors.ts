/** The folders of the package in the order of their chapters, the first of which is chapter 1. */
export const floors = [
  "engine",
  "mapping",
  "session",
  "query",
  "relationships",
  "integrity",
  "migrations",
  "dialects",
  "performance",
];

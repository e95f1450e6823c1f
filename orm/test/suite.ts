import type { suite } from "uvu";

/** uvu does not export the type of what `suite` returns. */
export type Suite = ReturnType<typeof suite>;

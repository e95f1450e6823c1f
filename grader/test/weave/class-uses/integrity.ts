import { errorUses, sessionUse, type Uses } from "./use.js";

export const integrityUses: Uses = {
  "integrity/session.ts#Session": sessionUse("ormlet.Session"),
  ...errorUses("integrity/stop.ts", "AbortError"),
};

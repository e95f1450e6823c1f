import {
  type BaseOptions,
  type DeclarativeBase,
  declarativeBase as mappingBase,
} from "../mapping/mapped.js";
import type { RelationshipBehaviour } from "../mapping/mapper.js";
import { keepInStep } from "./in-step.js";
import { lazyLoad } from "./lazy.js";

/** What relationships do beside what is written down of them: see {@link keepInStep} and {@link lazyLoad}. */
export const relationshipBehaviour: RelationshipBehaviour = { changed: keepInStep, lazy: lazyLoad };

/**
 * Where classes are mapped: `const Base = declarativeBase()`. Classes that are related to each other must be
 * of the same one. The name and the idea are SQLAlchemy's.
 */
export function declarativeBase(options: BaseOptions = {}): DeclarativeBase {
  return mappingBase(options, relationshipBehaviour);
}

import {
  type BaseOptions,
  type DeclarativeBase,
  declarativeBase as mappingBase,
} from "../mapping/mapped.js";
import { mapperOf, type RelationshipBehaviour } from "../mapping/mapper.js";
import { keepInStep } from "./in-step.js";
import { lazyLoad } from "./lazy.js";
import { loadOf, sortingOf } from "./related-select.js";

/** What relationships do beside what is written down of them: see {@link keepInStep} and {@link lazyLoad}. */
export const relationshipBehaviour: RelationshipBehaviour = { changed: keepInStep, lazy: lazyLoad };

/**
 * Where classes are mapped: `const Base = declarativeBase()`. Classes that are related to each other must be
 * of the same one. The name and the idea are SQLAlchemy's.
 * @example
 * ```ts
 * const Base = declarativeBase();
 *
 * class Journal extends Base.mapped("journals", {
 *   id: integer().primaryKey(),
 *   title: varchar(100),
 * }) {
 *   get shout(): string {
 *     return this.title.toUpperCase();
 *   }
 * }
 * await Base.metadata.createAll(engine);
 *
 * session.add(new Journal({ title: "Nature" }));
 * await session.commit();
 * const [journal] = await session.scalars(select(Journal)).all();
 * console.log(journal, journal?.shout); // Journal { id: 1, title: 'Nature' } NATURE
 * ```
 */
export function declarativeBase(options: BaseOptions = {}): DeclarativeBase {
  const base = mappingBase(options, relationshipBehaviour);
  const configure: DeclarativeBase["configure"] = (...classes) => {
    base.configure(...classes);
    for (const mapper of classes.map(mapperOf)) {
      for (const relationship of mapper.relationships.values()) {
        sortingOf(loadOf({ mapper, relationship, alias: undefined }));
      }
    }
  };
  return Object.freeze({ ...base, configure });
}

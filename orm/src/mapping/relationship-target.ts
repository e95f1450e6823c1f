import { ArgumentError } from "../engine/index.js";
import { describe } from "./column-type.js";
import { isKind } from "./family.js";
import { instanceIn } from "./instance.js";
import type { Mapper, Relationship, RelationshipKind } from "./mapper.js";
import { didYouMean } from "./naming.js";
import { classNamed } from "./registry.js";

/** What an error calls a relationship: "Book.author". */
export function pathName(mapper: Mapper, { property }: Relationship): string {
  return `${mapper.name}.${property}`;
}

/**
 * The mapper of the class that a relationship leads to.
 * @throws ArgumentError `unknown-target` while no class of that name was used.
 */
export function targetOf(mapper: Mapper, relationship: Relationship): Mapper {
  const { registry } = mapper;
  const { target } = relationship;
  const found = classNamed(registry, target);
  if (found !== undefined) return found;
  const near = didYouMean(target, registry.classes.keys());
  throw new ArgumentError(`${pathName(mapper, relationship)}: no class ${target} is known.`, {
    code: "unknown-target",
    hint: `${near}A class is known from its first use on; write Base.configure(${target}) before.`,
  });
}

/** Refuses a value that is not an object of the class that a relationship leads to. */
export function checkRelated(mapper: Mapper, relationship: Relationship, value: unknown): void {
  const related = instanceIn(value)?.mapper;
  if (related !== undefined && isKind(related, targetOf(mapper, relationship))) return;
  const { target } = relationship;
  const again = related?.replaced && related.name === target;
  throw new ArgumentError(
    again
      ? `${pathName(mapper, relationship)}: class ${target} was defined again.`
      : `${pathName(mapper, relationship)} takes an object of class ${target}, not ${describe(value)}.`,
    {
      code: again ? "replaced-class" : "related-value",
      hint: again ? "Make the object anew." : `Make it with new ${target}({ … }).`,
    },
  );
}

/**
 * The relationship of the target that is the other side of this one; undefined when it names none.
 * @throws ArgumentError `back-populates` when the two do not fit each other.
 */
export function inverseOf(mapper: Mapper, relationship: Relationship): Relationship | undefined {
  const { kind, property, options } = relationship;
  const name = options.backPopulates;
  if (name === undefined) return undefined;
  const target = targetOf(mapper, relationship);
  const inverse = target.relationships.get(name);
  const fits =
    inverse?.kind === inverseKinds[kind] &&
    inverse.options.backPopulates === property &&
    inverse.options.through === options.through &&
    isKind(mapper, targetOf(target, inverse));
  if (inverse !== undefined && fits) return inverse;
  const near = didYouMean(name, target.relationships.keys());
  const through = options.through ? `through: "${options.through}", ` : "";
  const written = `${inverseKinds[kind]}<${mapper.name}>("${mapper.name}", { ${through}backPopulates: "${property}" })`;
  throw new ArgumentError(
    `${pathName(mapper, relationship)}: ${target.name}.${name} does not lead back.`,
    {
      code: "back-populates",
      hint: `${inverse ? "" : near}Write in ${target.name}: ${name}: ${written}.`,
    },
  );
}

export const inverseKinds: Record<RelationshipKind, RelationshipKind> = {
  oneToMany: "manyToOne",
  manyToOne: "oneToMany",
  oneToOne: "oneToOne",
  manyToMany: "manyToMany",
};

/**
 * What was worked out for a relationship with its target, kept until the target is another class.
 * @param make called with the target when nothing is kept.
 */
export function remembered<T>(
  kept: WeakMap<Relationship, { readonly target: Mapper; readonly value: T }>,
  mapper: Mapper,
  relationship: Relationship,
  make: (target: Mapper) => T,
): T {
  const target = targetOf(mapper, relationship);
  const earlier = kept.get(relationship);
  if (earlier?.target === target) return earlier.value;
  const value = make(target);
  kept.set(relationship, { target, value });
  return value;
}

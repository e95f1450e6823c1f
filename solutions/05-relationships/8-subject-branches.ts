/*
 * Exercise 5.8: A tree, level by level. One solution.
 *
 * A level is loaded as a whole, so the number of statements is the depth of the tree, not its size. Upwards there is one
 * parent for each subject, and those that are in the session need no statement at all. The move itself is one assignment:
 * the other side follows, in both parents, and the flush writes one foreign key.
 * Alternative: a recursive query, WITH RECURSIVE, as in chapter 4. It takes one statement for any depth, and gives rows,
 * of which somebody has to build the tree. For a few levels the difference is small.
 */
import { declarativeBase, integer, manyToOne, oneToMany, type Session, varchar } from "ormlet";

const Base = declarativeBase();

export class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(),
  name: varchar(100),
  parentId: integer().nullable().references("subjects.id"),
  parent: manyToOne<Subject>("Subject", { backPopulates: "children" }),
  children: oneToMany<Subject>("Subject", { backPopulates: "parent", orderBy: "name" }),
}) {}

/** All subjects of the tree that begins here, level by level, with their children loaded. */
export async function loadTree(session: Session, root: Subject): Promise<Subject[]> {
  const tree: Subject[] = [];
  let level = [root];
  while (level.length > 0) {
    tree.push(...level);
    await session.load(level, Subject.r.children);
    level = level.flatMap(({ children }) => [...children]);
  }
  return tree;
}

/** Moves a subject to another parent; null is the top. */
export async function move(
  session: Session,
  subject: Subject,
  parent: Subject | null,
): Promise<void> {
  for (let above = parent; above !== null; above = await above.lazy.parent) {
    if (above === subject) {
      throw new RangeError(`${subject.name} cannot be moved to what lies below it.`);
    }
  }
  subject.parent = parent;
  await session.commit();
}

/*
 * Exercise 5.8: A tree, level by level (20 points, about 25 minutes)
 *
 * Read:  notebooks/05d-lazy.ipynb
 * Grade: npm run grade -- 5.8
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
  throw new Error("not written yet: exercise 5.8");
}

/** Moves a subject to another parent; null is the top. */
export async function move(
  session: Session,
  subject: Subject,
  parent: Subject | null,
): Promise<void> {
  throw new Error("not written yet: exercise 5.8");
}

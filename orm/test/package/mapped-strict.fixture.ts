// What only strict mode can refuse of mapped classes.
import { date, declarativeBase, integer, manyToOne, varchar } from "ormlet";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  mentor: manyToOne<Author>("Author"),
}) {}

export function refused(ada: Author): void {
  // @ts-expect-error a name is not null
  ada.name = null;
  // @ts-expect-error nor undefined
  ada.name = undefined;
  // @ts-expect-error a name must be given
  new Author({ name: undefined });
  // @ts-expect-error it may be null
  const day: string = ada.bornOn;
  // @ts-expect-error there may be none
  ada.mentor.name;
  // @ts-expect-error undefined is no condition
  Author.c.name.eq(undefined);
  // @ts-expect-error write isNull()
  Author.c.bornOn.eq(null);
  void day;
}

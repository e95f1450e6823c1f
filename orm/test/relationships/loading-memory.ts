import {
  type Branch,
  type Data,
  type Filters,
  type Row,
  relatedTo,
  relationOf,
} from "./loading-model.js";

/** What a session has in memory, and how many statements a load must need: the law, for data that is known. */
export class Memory {
  readonly objects = new Set<string>();
  /** Relationships that are known as a whole: "Book 7.author". */
  readonly known = new Set<string>();
  statements = 0;
  readonly data: Data;
  readonly filters: Filters;

  constructor(data: Data, filters: Filters) {
    this.data = data;
    this.filters = filters;
  }

  /** A select with options: its rows come with what is joined, then the rest is loaded. */
  select(roots: readonly Row[], branches: readonly Branch[]): void {
    this.statements += 1;
    for (const { key } of roots) this.objects.add(key);
    const joined = branches.filter((branch) => branch.joined);
    for (const branch of joined) this.join(branch, roots);
    if (roots.length > 0) for (const branch of branches) this.load(branch, roots);
  }

  /** One statement where something is missing, none for objects that a to-one finds in memory. */
  load(branch: Branch, owners: readonly Row[]): void {
    const { kind, property, nested } = branch;
    const filter = this.filters.get(`${kind}.${property}`);
    const { points } = relationOf(kind, property);
    const missing = owners.filter(({ key }) => !this.known.has(`${key}.${property}`));
    const asked = points
      ? missing.map(points).filter((key) => key !== undefined && !this.objects.has(key))
      : missing;
    const found = this.relatedTo(missing, property, filter);
    if (asked.length > 0) {
      this.statements += 1;
      const rows = points ? found.filter(({ key }) => !this.objects.has(key)) : found;
      for (const { key } of rows) this.objects.add(key);
      for (const each of nested) if (each.joined) this.join(each, rows);
    }
    this.learn(branch, missing);
    const related = this.relatedTo(owners, property, filter);
    if (related.length > 0) for (const each of nested) this.load(each, related);
  }

  /** What comes in the rows of another statement. */
  private join(branch: Branch, owners: readonly Row[]): void {
    const found = this.relatedTo(owners, branch.property);
    for (const { key } of found) this.objects.add(key);
    this.learn(branch, owners);
    for (const each of branch.nested) if (each.joined) this.join(each, found);
  }

  private relatedTo(owners: readonly Row[], property: string, filter = {}): Row[] {
    return [...new Set(owners.flatMap((owner) => relatedTo(this.data, owner, property, filter)))];
  }

  private learn({ kind, property }: Branch, owners: readonly Row[]): void {
    const filter = this.filters.get(`${kind}.${property}`);
    const isWhole = !filter?.above && !filter?.limit;
    const { back } = relationOf(kind, property);
    for (const owner of owners) {
      if (isWhole) this.known.add(`${owner.key}.${property}`);
      for (const { key } of back ? relatedTo(this.data, owner, property, filter) : []) {
        this.known.add(`${key}.${back}`);
      }
    }
  }
}

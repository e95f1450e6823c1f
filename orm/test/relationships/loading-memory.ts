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
  /** With siblings: the rows that may be in memory, as an object that asks can have any of its class for a sibling. */
  readonly possible: Set<Row> | undefined;

  /** @param siblings whether what is asked of one object may be loaded for others too: then the law is a bound. */
  constructor(data: Data, filters: Filters, siblings = false) {
    this.data = data;
    this.filters = filters;
    this.possible = siblings ? new Set() : undefined;
  }

  /** A select with options: its rows come with what is joined, then the rest is loaded. */
  select(roots: readonly Row[], branches: readonly Branch[]): void {
    this.statements += 1;
    for (const row of roots) this.objects.add(row.key);
    for (const row of roots) this.possible?.add(row);
    const joined = branches.filter((branch) => branch.joined);
    for (const branch of joined) this.join(branch, roots);
    if (roots.length > 0) for (const branch of branches) this.load(branch, roots);
  }

  /** One statement where something is missing, none for objects that a to-one finds in memory. */
  load(branch: Branch, owners: readonly Row[]): void {
    const { kind, property, nested } = branch;
    const filter = this.filters.get(`${kind}.${property}`);
    const { points } = relationOf(kind, property);
    const isMissing = ({ key }: Row) => !this.known.has(`${key}.${property}`);
    const missing = owners.filter(isMissing);
    const siblings = [...(this.possible ?? [])].filter((row) => row.kind === kind);
    const askers = missing.length > 0 ? [...missing, ...siblings.filter(isMissing)] : [];
    const asked = points
      ? askers.map(points).filter((key) => key !== undefined && !this.objects.has(key))
      : askers;
    for (const row of this.relatedTo([...owners, ...siblings], property)) this.possible?.add(row);
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

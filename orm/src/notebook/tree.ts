import { alignRows } from "./align.js";
import { box, svg, type TextStyle, text, textWidth } from "./svg.js";

/** One line of a tree: a box, what stands beside it, and what belongs to it below. */
export interface TreeNode {
  readonly label: string;
  /** One for each column to the right of the tree. */
  readonly notes: readonly string[];
  /** One of the hues; undefined for the colour of the text. */
  readonly color?: string | undefined;
  readonly children: readonly TreeNode[];
}

/** A node of a tree with the places of its ancestors: for each of them whether more children follow. */
interface TreeLine {
  readonly node: TreeNode;
  /** Of the node's parent among the lines; undefined for the root. */
  readonly parent: number | undefined;
  /** Of the child before it; undefined for the first one. */
  readonly before: number | undefined;
  /** From the root's children down to the node itself. */
  readonly follows: readonly boolean[];
}

/** How the columns beside a tree are called, and to which side their texts lean. */
export interface TreeColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

const line = 30;
const indent = 22;

/** A tree whose children stand below their parent, each with its notes in columns to the right. */
export function drawTree(root: TreeNode, columns: readonly TreeColumn[], title: string): string {
  const lines = linesOf(root);
  const left = ({ follows }: TreeLine) => follows.length * indent;
  const right = (one: TreeLine) => left(one) + textWidth(one.node.label) + 18;
  const end = Math.max(...lines.map(right));
  const placed = placeColumns(lines, columns, end + 24);
  const heads = placed.map((column) => noteText(column, 15, column.title, { weight: "faint" }));
  const parts = lines.map((one, index) => {
    const y = line * (index + 1);
    const place = { x: left(one), y: y - 7, width: right(one) - left(one), height: 22 };
    const { label, notes, color } = one.node;
    return [
      one.parent === undefined ? "" : branch(place.x - indent + 10, topOf(one), y + 4),
      box(place, 0.12, color),
      text({ x: place.x + 9, y: y + 8.5 }, label),
      ...placed.map((column, at) => noteText(column, y + 8.5, notes[at] ?? "")),
    ].join("\n");
  });
  const last = placed.at(-1);
  const width = last === undefined ? end : last.x + last.width;
  return svg({ width, height: line * (lines.length + 1) - 10 }, title, [...heads, ...parts]);
}

/** Where the line to a node begins: below its parent, or where the line to the child before it turned. */
function topOf({ parent = 0, before }: TreeLine): number {
  return before === undefined ? line * (parent + 1) + 15 : line * (before + 1) + 4;
}

function branch(x: number, top: number, bottom: number): string {
  return `<path d="M${x} ${top}V${bottom}h${indent - 10}" fill="none" stroke="currentColor" stroke-opacity=".5"/>`;
}

interface PlacedColumn extends TreeColumn {
  readonly x: number;
  readonly width: number;
}

function placeColumns(
  lines: readonly TreeLine[],
  columns: readonly TreeColumn[],
  start: number,
): PlacedColumn[] {
  let x = start;
  return columns.map((column, index) => {
    const texts = [column.title, ...lines.map(({ node }) => node.notes[index] ?? "")];
    const placed = { ...column, x, width: Math.max(...texts.map(textWidth)) };
    x += placed.width + 24;
    return placed;
  });
}

function noteText(
  { x, width, align }: PlacedColumn,
  y: number,
  content: string,
  style: TextStyle = {},
): string {
  if (content === "") return "";
  if (align !== "right") return text({ x, y }, content, style);
  return text({ x: x + width, y }, content, { ...style, anchor: "end" });
}

/** The same tree as text. */
export function treeText(root: TreeNode, columns: readonly TreeColumn[]): string {
  const rows = linesOf(root).map(({ node, follows }) => [
    branches(follows) + node.label,
    ...node.notes,
  ]);
  const heads = ["", ...columns.map(({ title }) => title)];
  const isRight = (_row: number, column: number) => columns[column - 1]?.align === "right";
  return alignRows([heads, ...rows], isRight).join("\n");
}

/** `│  └─ `: the lines that lead to a node. */
function branches(follows: readonly boolean[]): string {
  const own = follows.length - 1;
  return follows
    .map((more, depth) => (depth < own ? (more ? "│  " : "   ") : more ? "├─ " : "└─ "))
    .join("");
}

function linesOf(root: TreeNode): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (node: TreeNode, place: Omit<TreeLine, "node">): number => {
    const parent = lines.push({ node, ...place }) - 1;
    let before: number | undefined;
    for (const [index, child] of node.children.entries()) {
      const follows = [...place.follows, index < node.children.length - 1];
      before = add(child, { parent, before, follows });
    }
    return parent;
  };
  add(root, { parent: undefined, before: undefined, follows: [] });
  return lines;
}

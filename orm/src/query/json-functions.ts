import { ArgumentError } from "../engine/index.js";
import { type ColumnType, describe } from "../mapping/column-type.js";
import { Expr, type ExprNode } from "../mapping/expression.js";
import {
  booleanType,
  type DeepReadonly,
  jsonType,
  numberType,
  textType,
} from "../mapping/types.js";
import { argumentNode, callNode, wordNode } from "./calls.js";

/** One step into a document: the key of an object, or the place in an array, -1 for its last. */
export type Segment = string | number;

/** A path into a document. The dialect writes it so that no sign of a key means anything. */
export function pathNode(segments: readonly Segment[]): ExprNode {
  const steps = segments.map((segment) => {
    if (typeof segment === "string") return wordNode(textType.take(segment));
    if (Number.isSafeInteger(segment)) return wordNode(segment);
    throw new ArgumentError(`${describe(segment)} is no step of a path.`, {
      code: "not-a-segment",
      hint: 'Write keys and places one by one: func.jsonText(Book.c.details, "authors", 0, "name").',
    });
  });
  return callNode("jsonPath", steps, undefined);
}

/** A function of a document and a path in it; null where the path leads to nothing. */
function atPath<T>(name: string, type: ColumnType, ...between: readonly ExprNode[]) {
  return (document: Expr<unknown>, ...path: readonly Segment[]): Expr<T, true> => {
    const operands = [argumentNode(name, document), ...between, pathNode(path)];
    return new Expr(callNode(name, operands, type));
  };
}

/** What `func` has for JSON: of a column, and the keys and places on the way into its document. */
export const jsonFunctions = {
  /**
   * The value at a path, of the type that you say: `jsonValue<number>(Book.c.details, "pages")`; it is not checked.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonValue<number[]>(place, "rows")))); // [ 1, 2 ]
   * ```
   */
  jsonValue: <T = unknown>(document: Expr<unknown>, ...path: readonly Segment[]) =>
    atPath<DeepReadonly<T>>("jsonExtract", jsonType())(document, ...path),
  /**
   * The value at a path as text: a string without its quotes. JSON's null gives null.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonText(place, "shelf")))); // A3
   * ```
   */
  jsonText: atPath<string>("jsonText", textType),
  /**
   * The number of elements of an array, or of keys of an object.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonLength(place, "rows")))); // 2
   * ```
   */
  jsonLength: atPath<number>("jsonLength", numberType),
  /**
   * The keys of an object.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonKeys(place)))); // [ 'rows', 'shelf' ]
   * ```
   */
  jsonKeys: atPath<readonly string[]>("jsonKeys", jsonType()),
  /**
   * Whether there is anything at a path, and be it JSON's null.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonHas(place, "floor")))); // false
   * ```
   */
  jsonHas: atPath<boolean>("jsonContainsPath", booleanType, wordNode("one")),
  /**
   * Whether the value at a path holds another one: an array its elements, an object its pairs.
   * @example
   * ```ts
   * const place = literal({ shelf: "A3", rows: [1, 2] }, json<object>());
   * console.log(await session.scalar(select(func.jsonContains(place, [2], "rows")))); // true
   * ```
   */
  jsonContains: (document: Expr<unknown>, value: unknown, ...path: readonly Segment[]) => {
    const held = argumentNode("jsonContains", value, jsonType());
    return atPath<boolean>("jsonContains", booleanType, held)(document, ...path);
  },
};

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newCell, newNotebook, printNotebook, readNotebook } from "../../src/weave/ipynb.js";

const test = suite("weave: notebook files");

/** Written out by hand after nbformat's own writer: sorted keys, texts in lines, JSON data untouched. */
const file = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "01-a",
   "metadata": {
    "course": {
     "digest": "2b1b7ee20c3a8ca0",
     "id": "01-a"
    }
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two"
     ]
    },
    {
     "data": {
      "application/json": "a\\nb",
      "text/plain": [
       "é\\n"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": [
    "1;\\n",
    "\\n",
    "2;"
   ]
  }
 ],
 "metadata": {
  "course": {
   "notebook": "01-engines"
  },
  "kernelspec": {
   "display_name": "TypeScript (ormlet)",
   "language": "typescript",
   "name": "ormlet"
  },
  "language_info": {
   "codemirror_mode": "typescript",
   "file_extension": ".ts",
   "mimetype": "text/typescript",
   "name": "typescript",
   "nbconvert_exporter": "script",
   "pygments_lexer": "typescript",
   "version": "5.0.4"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

test("a notebook is written as Jupyter writes it", () => {
  const cell = newCell("code", "01-a", "1;\n\n2;", []);
  const outputs = [
    { output_type: "stream", name: "stdout", text: "one\ntwo" },
    {
      output_type: "execute_result",
      execution_count: 1,
      metadata: {},
      data: { "text/plain": "é\n", "application/json": "a\nb" },
    },
  ];
  const notebook = newNotebook("01-engines", [{ ...cell, execution_count: 1, outputs }]);
  const printed = printNotebook(notebook);
  const digest = /"digest": "([0-9a-f]{16})"/.exec(printed)?.[1] ?? "none";
  assert.is(printed, file.replace("2b1b7ee20c3a8ca0", digest));
  assert.is(printNotebook(readNotebook(printed)), printed);
});

test("what is no notebook is refused", () => {
  assert.throws(() => readNotebook("{}"), /no list of cells/);
  assert.throws(() => readNotebook("<<<<<<< HEAD"), SyntaxError);
});

test.run();

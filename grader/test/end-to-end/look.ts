/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** What can be seen of a notebook's pictures in one part of it. */
export interface Look {
  /** A line for each picture, table or diagram that a reader could not make out. */
  faults: string[];
  /** Diagrams of the text that were drawn, by their cells' places and their own. */
  diagrams: string[];
  /** Pictures and tables below cells of code, in the same way. */
  pictures: string[];
}

/** The contrast that text and lines must have with what lies behind them: that of WCAG 2.2, 1.4.3 and 1.4.11. */
const leastContrast = { text: 4.5, line: 3 };

/**
 * Looks at what stands on the screen as a person would: is each picture drawn, is it wholly there, and does what
 * is written in it stand out from what lies behind it. Colours are those that the browser computed for the theme.
 */
export async function look(page: Page): Promise<Look> {
  // What compiles this file calls it for each function below, and the page does not have it.
  await page.evaluate("globalThis.__name ??= (one) => one");
  return page.evaluate((least) => {
    type Color = [red: number, green: number, blue: number, alpha: number];
    const found: Look = { faults: [], diagrams: [], pictures: [] };
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

    /** Any colour that CSS can say, as four numbers. */
    const known = new Map<string, Color>();
    const colorOf = (text: string): Color => {
      const before = known.get(text);
      if (before) return before;
      if (!canvas || text === "none" || text === "") return [0, 0, 0, 0];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      const color: Color = [red, green, blue, alpha / 255];
      known.set(text, color);
      return color;
    };

    /** How much of an element shows: it and all that hold it may be transparent. */
    const opacityOf = (element: Element): number => {
      let opacity = 1;
      for (let one: Element | null = element; one; one = one.parentElement) {
        opacity *= Number(getComputedStyle(one).opacity);
      }
      return opacity;
    };

    const over = (front: Color, back: Color): Color => {
      const mix = (a: number, b: number) => a * front[3] + b * (1 - front[3]);
      return [mix(front[0], back[0]), mix(front[1], back[1]), mix(front[2], back[2]), 1];
    };

    const paintOf = (element: Element, property: "color" | "fill" | "stroke" | "background") => {
      const style = getComputedStyle(element);
      const text = property === "background" ? style.backgroundColor : style[property];
      const [red, green, blue, alpha] = colorOf(text);
      const more = { fill: style.fillOpacity, stroke: style.strokeOpacity }[property as string];
      return [red, green, blue, alpha * Number(more ?? 1) * opacityOf(element)] as Color;
    };

    /** The colour behind an element at a point: all that is painted there, from the page upward. */
    const behind = (element: Element, x: number, y: number): Color => {
      const stack = document.elementsFromPoint(x, y);
      const place = stack.findIndex((one) => one === element || element.contains(one));
      const below = stack.slice(place + 1).filter((one) => !/^(text|tspan)$/i.test(one.tagName));
      // The innermost holder comes first in the stack, so the page is painted first.
      return below.reverse().reduce<Color>(
        (back, one) => {
          const isShape = one instanceof SVGElement && !(one instanceof SVGSVGElement);
          return over(paintOf(one, isShape ? "fill" : "background"), back);
        },
        [255, 255, 255, 1],
      );
    };

    /** WCAG's contrast ratio, from 1 (the same) to 21. */
    const contrast = (one: Color, other: Color): number => {
      const light = (color: Color) => {
        const [red = 0, green = 0, blue = 0] = color.slice(0, 3).map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const [darker = 0, lighter = 0] = [light(one), light(other)].sort((a, b) => a - b);
      return (lighter + 0.05) / (darker + 0.05);
    };

    const isInSight = ({ left, right, top, bottom, width, height }: DOMRect) => {
      const x = (left + right) / 2;
      const y = (top + bottom) / 2;
      const inside = x > 0 && x < innerWidth && y > 0 && y < innerHeight;
      return inside && width + height > 0;
    };

    const checkContrast = (element: Element, where: string) => {
      const box = element.getBoundingClientRect();
      if (!isInSight(box)) return;
      const isText = element instanceof SVGTextElement || !(element instanceof SVGElement);
      const property = !isText ? "stroke" : element instanceof SVGElement ? "fill" : "color";
      const front = paintOf(element, property);
      if (!isText && front[3] === 0) return; // a shape without an outline
      const back = behind(element, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
      const ratio = contrast(over(front, back), back);
      if (ratio >= (isText ? least.text : least.line)) return;
      const what = isText
        ? `"${element.textContent?.trim().slice(0, 40)}"`
        : `a ${element.tagName}`;
      found.faults.push(`${where}: ${what} has a contrast of ${ratio.toFixed(1)}`);
    };

    /** Elements that have text of their own. */
    const written = (root: Element) =>
      [...root.querySelectorAll("*")].filter((one) => {
        const texts = [...one.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
        return texts.some((text) => text.textContent?.trim());
      });

    const cells = [...document.querySelectorAll(".jp-NotebookPanel .jp-Cell")];
    for (const cell of cells) {
      const number = cell.getAttribute("data-windowed-list-index") ?? String(cells.indexOf(cell));
      const outputs = [...cell.querySelectorAll(".jp-OutputArea-output")];
      const pictures = outputs.flatMap((output) =>
        [...output.querySelectorAll("svg, img, table")].map((picture) => ({ picture, output })),
      );
      for (const [index, { picture, output }] of pictures.entries()) {
        const where = `cell ${number}, ${picture.tagName.toLowerCase()} ${index + 1}`;
        const box = picture.getBoundingClientRect();
        if (!isInSight(box)) continue; // another part shows it
        found.pictures.push(where);
        const frame = output.getBoundingClientRect();
        if (box.right > frame.right + 1 || box.left < frame.left - 1) {
          const width = `${Math.round(box.width)} of ${Math.round(frame.width)} pixels`;
          found.faults.push(`${where} does not fit: ${width}`);
        }
        for (const one of picture.querySelectorAll("line, path, polyline"))
          checkContrast(one, where);
        for (const one of written(picture)) checkContrast(one, where);
      }
      const diagrams = cell.querySelectorAll(".jp-MarkdownOutput .jp-RenderedMermaid");
      for (const [index, diagram] of [...diagrams].entries()) {
        const where = `cell ${number}, diagram ${index + 1}`;
        const drawn = diagram.querySelector("img, svg");
        const box = (drawn ?? diagram).getBoundingClientRect();
        if (drawn && !isInSight(box)) continue;
        const failed = diagram.classList.contains("jp-mod-warning");
        const empty = drawn instanceof HTMLImageElement && drawn.naturalWidth === 0;
        if (!drawn || failed || empty) {
          found.faults.push(`${where} was not drawn: ${diagram.textContent?.trim().slice(0, 80)}`);
          continue;
        }
        found.diagrams.push(where);
        const frame = cell.getBoundingClientRect();
        if (box.right > frame.right + 1) found.faults.push(`${where} does not fit`);
      }
    }
    return found;
  }, leastContrast);
}

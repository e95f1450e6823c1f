/** How many letters must be put in, taken out or exchanged to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const exchange = (row[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      next.push(Math.min(exchange, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The known word that was probably meant, as a sentence: "Did you mean `pool`? "; empty if there is none. */
export function didYouMean(word: string, known: Iterable<string>): string {
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || far < best.distance) best = { word: candidate, distance: far };
  }
  if (best === undefined || best.distance > Math.max(2, word.length / 2)) return "";
  return `Did you mean \`${best.word}\`?`;
}

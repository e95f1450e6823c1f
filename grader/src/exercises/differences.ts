/** What is missing in a list and what is too much, in words; empty when both hold the same, in whatever order. */
export function differences(seen: readonly string[], wanted: readonly string[]): string {
  const missing = without(wanted, seen);
  const extra = without(seen, wanted);
  return [listed("There should be", missing), listed("There should not be", extra)]
    .filter((part) => part !== "")
    .join("\n");
}

/** What a list holds more of than another one. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((one) => {
    const place = rest.indexOf(one);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

function listed(what: string, list: readonly string[]): string {
  const [shown, more] = [list.slice(0, 4), list.length - 4];
  if (shown.length === 0) return "";
  return `${what}: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`;
}

/**
 * Whether the whole text matches a pattern of `*` (any run of characters, also none), `?` (any one
 * character) and literal characters. Time is at most pattern length times text length, whatever the
 * pattern: it comes from a client.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (next < text.length) {
    if (pattern[at] === "*") {
      starAt = at++;
      resumeAt = next;
    } else if (pattern[at] === "?" || pattern[at] === text[next]) {
      at++;
      next++;
    } else if (starAt >= 0) {
      at = starAt + 1;
      next = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

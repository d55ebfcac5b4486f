// Assertions that read as sentences and wait for nothing; for waiting there is `page.waitFor…` and `until`.
import assert from "node:assert/strict";

export function check(actual, ...more) {
  // `check(this, "should hold")` would hold whatever comes.
  if (more.length > 0) throw new Error("check takes a value; say what is expected of it: check(value).is(…)");
  return {
    is: (expected, why) => assert.deepEqual(actual, expected, why),
    includes: (part, why) => assert.ok(actual.includes(part), why ?? `${JSON.stringify(actual)} lacks ${JSON.stringify(part)}`),
    excludes: (part, why) => assert.ok(!actual.includes(part), why ?? `${JSON.stringify(actual)} holds ${JSON.stringify(part)}`),
    matches: (pattern, why) => assert.match(actual, pattern, why),
    isTrue: (why) => assert.ok(actual, why),
  };
}

/** Asks again until the answer is true, for what becomes true a little later; gives that answer. */
export async function until(what, ask, patience = 10_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

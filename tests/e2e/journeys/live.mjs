// Two technicians at two desks: what one does, the other sees, without losing what is being written.
export const title = "Two browsers see each other's changes, and a draft survives both a colleague and a reload";
export const server = { args: ["demo", "--seed", "5", "--tickets", "120"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, until }) {
  const lin = await open({ locale: "zh-CN" });
  const amy = await open({ locale: "en" });
  let number;

  const write = async (page, kind, body) => {
    await page.locator(`.composer [name=kind][value=${kind}]`).check();
    await page.fill(".composer textarea", body);
    await page.locator(".composer [data-send]").click();
  };
  /** From the click to the other's screen. */
  const timed = async (what, act, seen) => {
    const began = performance.now();
    await Promise.all([seen(), act()]);
    console.log(`        ${what}: ${Math.round(performance.now() - began)} ms from the click to the other screen`);
  };

  await step("both look at the same ticket, with the list beside it", async () => {
    await signIn(lin, "l1@example.test", PASSWORD);
    await signIn(amy, "amy@example.test", PASSWORD);
    await lin.goto(`${url}/queues/open`);
    // Not Amy's yet, so that she can take it.
    const row = lin.locator("#rows [data-row]:not(:has-text('Amy Lindqvist'))").first();
    number = (await row.getAttribute("id")).replace("row-", "");
    for (const page of [lin, amy]) {
      await page.goto(`${url}/tickets/${number}?from=open`);
      await page.waitForSelector(".composer textarea");
    }
  });

  await step("a note of one appears on the other's screen", async () => {
    await timed("note", () => write(amy, "note", "Checked the cable."), () => lin.locator(`#timeline-${number} .entry-note`, { hasText: "Checked the cable." }).waitFor());
  });

  await step("so does a new owner, in the head and in the list", async () => {
    const name = await amy.locator(".rail-foot .person").innerText();
    const mine = lin.locator(".ticket-line .person", { hasText: name.trim().split("\n").pop() });
    const take = amy.locator("form[action*='assignment/mine'] button").first();
    if ((await take.count()) === 0) throw new Error("the ticket of this journey is Amy's already");
    await timed("owner", () => take.click(), () => mine.waitFor());
    await lin.locator(`#row-${number}`, { hasText: name.trim().split("\n").pop() }).waitFor();
  });

  const draft = "这是一份写到一半的回复，请勿清除";
  await step("a draft stays while a colleague works on the ticket", async () => {
    await lin.locator(".composer [value=reply]").check();
    await lin.locator(".composer textarea").pressSequentially(draft);
    await write(amy, "note", "Second note, while Lin is typing.");
    await lin.locator(`#timeline-${number} .entry-note`, { hasText: "Second note" }).waitFor();
    check(await lin.inputValue(".composer textarea")).is(draft);
    check(await lin.evaluate(() => document.activeElement?.matches(".composer textarea"))).is(true, "the cursor was taken away");
  });

  await step("and survives a reload, for its author alone", async () => {
    await until("the draft is kept", async () => (await lin.locator("[data-draft-status]").innerText()) !== "");
    await lin.reload();
    check(await lin.inputValue(".composer textarea")).is(draft);
    await amy.reload();
    check(await amy.inputValue(".composer textarea")).is("");
  });

  await step("a sent draft does not come back", async () => {
    await lin.locator(".composer [data-send]").click();
    await lin.locator(`#timeline-${number} .entry-reply`, { hasText: draft }).waitFor();
    await lin.reload();
    check(await lin.inputValue(".composer textarea")).is("");
  });

  await step("a new ticket appears in the other's queue, and the counts follow", async () => {
    await lin.goto(`${url}/queues/open`);
    const count = () => lin.locator("#rail-queues a[href='/queues/open'] .count").innerText().then(Number);
    const before = await count();
    await amy.goto(`${url}/tickets/new`);
    await amy.fill("[name=requester]", "employee@example.test");
    await amy.fill("[name=title]", "The badge reader is silent");
    await amy.fill("[name=body]", "It does not beep any more.");
    await amy.locator("[name=urgency]").selectOption("high");
    await amy.locator("[name=impact]").selectOption("organisation");
    await timed("new ticket", () => amy.locator("form[action='/tickets'] [data-send]").click(), () => lin.locator("#rows [data-row]", { hasText: "The badge reader is silent" }).waitFor());
    await until("the count follows", async () => (await count()) === before + 1);
  });

  await step("nothing stands twice in the list", async () => {
    const shown = await lin.locator("#rows [data-row]").evaluateAll((rows) => rows.map((row) => row.id));
    check(new Set(shown).size).is(shown.length, "a row stands twice in the list");
  });
}

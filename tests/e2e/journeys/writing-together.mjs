// Two people write into one article at once for a minute: each in a paragraph of their own, and both at the same line
// now and then. Every word that either of them typed is in the result, and each sees the other's words come in.
export const title = "Two people type into one article at once for a minute, and every word of both is in it";
export const server = { args: ["demo", "--seed", "5", "--tickets", "10"] };

const PASSWORD = "rock in midstream";
const SECONDS = Number(process.env.TOGETHER_SECONDS ?? 60);
const BEGINNING = "## First part\n\nOne begins here.\n\n## 第二部分\n\n另一位从这里写起。\n";

export default async function ({ open, signIn, url, step, check, shot, until }) {
  const one = await open({ locale: "en" });
  const two = await open({ locale: "zh-CN" });
  const area = (page) => page.locator("#body");
  const text = (page) => area(page).inputValue();
  const saved = (page) => page.evaluate(() => document.querySelector("[name=base_body]").value.trimEnd() === document.querySelector("#body").value.trimEnd());
  let number;

  await step("one begins an article, the other opens it too", async () => {
    await signIn(one, "l2@example.test", PASSWORD);
    await signIn(two, "admin@example.test", PASSWORD);
    await one.goto(`${url}/knowledge/new`);
    await one.fill("[name=title]", "Written by two");
    await one.locator("#locale").selectOption("en");
    await Promise.all([one.waitForURL(/\/knowledge\/\d+\/edit/), one.locator("form [data-send]").click()]);
    number = new URL(one.url()).pathname.split("/")[2];
    await area(one).fill(BEGINNING);
    await until("it is saved", () => saved(one));
    await two.goto(one.url());
    check(await text(two)).is(BEGINNING);
  });

  /** Puts the cursor behind a text. */
  const behind = (page, words) =>
    page.evaluate((words) => {
      const body = document.querySelector("#body");
      const at = body.value.indexOf(words) + words.length;
      body.focus();
      body.setSelectionRange(at, at);
    }, words);

  const typed = { one: [], two: [] };
  const write = async (page, own, word) => {
    const end = Date.now() + SECONDS * 1000;
    for (let count = 1; Date.now() < end; count += 1) {
      const next = word(count);
      own.push(next);
      await page.keyboard.type(count % 12 === 0 ? `${next}\n` : `${next} `, { delay: 35 });
    }
  };

  await step(`both type for ${SECONDS} s without waiting for each other`, async () => {
    await behind(one, "One begins here.");
    await behind(two, "另一位从这里写起。");
    await Promise.all([one.keyboard.type(" "), two.keyboard.type(" ")]);
    await Promise.all([
      write(one, typed.one, (count) => `first${count}word`),
      write(two, typed.two, (count) => `第${count}词`),
    ]);
    check(typed.one.length > 10 && typed.two.length > 10).isTrue("hardly anything was typed");
  });

  const wordsIn = (whole, words) => words.filter((word) => !whole.includes(word));
  await step("each has every word of both, in whole words", async () => {
    await until("both are saved and the same", async () => (await saved(one)) && (await saved(two)) && (await text(one)).trimEnd() === (await text(two)).trimEnd(), 20_000);
    const whole = await text(one);
    check(wordsIn(whole, typed.one)).is([], "words of the first are missing");
    check(wordsIn(whole, typed.two)).is([], "words of the second are missing");
    console.log(`      ${typed.one.length} and ${typed.two.length} words, ${whole.length} characters`);
    await shot(one, "together", { widths: [1440], whole: false });
  });

  await step("at the very same place both stay too", async () => {
    for (const page of [one, two]) await behind(page, "## First part");
    await Promise.all([one.keyboard.type(" by-one", { delay: 30 }), two.keyboard.type(" by-two", { delay: 30 })]);
    await until("both hold both", async () => {
      const [first, second] = [await text(one), await text(two)];
      return [first, second].every((whole) => whole.includes("by-one") && whole.includes("by-two"));
    }, 20_000);
  });

  await step("it is kept, published, and read with the words of both", async () => {
    await until("all is saved", async () => (await saved(one)) && (await saved(two)), 20_000);
    await Promise.all([one.waitForURL((to) => to.pathname === `/knowledge/${number}`), one.locator("button[value=publish]").click()]);
    const shown = await one.locator(".kb-prose").innerText();
    check(wordsIn(shown, typed.one)).is([]);
    check(wordsIn(shown, typed.two)).is([]);
  });
}

// An employee with a phone, with and without scripts: report, follow, answer, say whether it works.
import { deflateSync } from "node:zlib";

export const title = "An employee reports a problem with a pasted picture, follows it, refuses, confirms, and reopens";
export const server = { args: ["demo", "--seed", "11", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

/** A picture as wide as a screenshot: stripes, in a PNG made here. */
function screenshot(width = 1280, height = 400) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) rows.fill((x >> 5) % 2 ? 200 : 70, y * (width * 3 + 1) + 1 + x * 3, y * (width * 3 + 1) + 4 + x * 3);
  const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const crc = (data) => (data.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc(body), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
const PICTURE = screenshot();

/** A technician's part, by the JSON interface's sister pages: plain forms, no scripts. */
async function technician({ open, signIn, url }) {
  const page = await open({ locale: "en", scripts: false });
  await signIn(page, "l1@example.test", PASSWORD);
  const send = async (number, path, fields) => {
    await page.goto(`${url}/tickets/${number}/${path}`);
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`main [name="${name}"]`);
      if ((await field.first().getAttribute("type")) === "radio") await page.locator(`main [name="${name}"][value="${value}"]`).check();
      else await field.fill(value);
    }
    await page.locator("main [data-send]").click();
    await page.waitForLoadState("load");
  };
  return {
    resolve: (number, solution) => send(number, "resolution", { solution, tested: "true" }),
    reply: async (number, body) => {
      await page.goto(`${url}/tickets/${number}`);
      await page.locator(".composer [name=kind][value=reply]").check();
      await page.fill(".composer textarea", body);
      await page.locator(".composer [data-send]").click();
      await page.waitForLoadState("load");
    },
  };
}

export default async function (tools) {
  const { open, signIn, url, step, check, shot, axe } = tools;
  const desk = await technician(tools);
  const numberOf = (page) => new URL(page.url()).pathname.split("/").pop();

  for (const scripts of [true, false]) {
    const locale = scripts ? "zh-CN" : "en";
    const words = scripts
      ? { title: "投影仪没有画面", body: "二楼会议室，早上开始没有信号。", reply: "换了一根线也不行。", answer: "请看看电源灯是什么颜色。", fixed: "更换了投影仪的灯泡。", no: "还是没有画面。", again: "又黑屏了。" }
      : { title: "The projector shows nothing", body: "Meeting room on floor 2, no signal since this morning.", reply: "Another cable did not help.", answer: "Which colour has its power light?", fixed: "The lamp was replaced.", no: "Still no picture.", again: "It is dark again." };
    console.log(`      ${scripts ? "with" : "without"} scripts, ${locale}`);
    const mark = (name) => `${scripts ? "scripts" : "plain"}-${name}`;
    const page = await open({ locale, width: 390, scripts });
    const look = async (name) => {
      await shot(page, mark(name));
      if (scripts) await axe(page);
    };
    let number;

    await step("finds the way from the first page", async () => {
      await signIn(page, "employee@example.test", PASSWORD);
      if ((await page.getAttribute("html", "lang")) !== locale) {
        await page.locator("details.menu summary").click();
        await page.locator(`form[action='/locale'] button[lang='${locale}']`).click();
        await page.waitForLoadState("load");
      }
      check(await page.getAttribute("html", "lang")).is(locale);
      await page.goto(`${url}/`);
      check(new URL(page.url()).pathname).is("/portal");
      await look("home");
      await page.locator(".choice").first().click();
      await page.waitForURL(/\/portal\/report/);
    });

    await step("is told what is missing, and loses nothing", async () => {
      await page.fill("[name=title]", words.title);
      if (scripts) await page.evaluate(() => document.querySelector("form.form").setAttribute("novalidate", ""));
      if (scripts) {
        await page.locator("form.form button.button-primary").click();
        await page.locator("[role=alert]").waitFor();
        check(await page.inputValue("[name=title]")).is(words.title);
        await look("refused");
      }
      await page.fill("[name=body]", words.body);
    });

    await step("adds a picture and sends", async () => {
      if (scripts) {
        await page.evaluate((base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
          const area = document.querySelector("[name=body]");
          area.focus();
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
        }, PICTURE.toString("base64"));
        await page.locator("[data-upload-list] li").first().waitFor();
      } else {
        await page.locator("input[type=file][name=files]").first().setInputFiles({ name: "chosen.png", mimeType: "image/png", buffer: PICTURE });
      }
      await look("filled");
      await page.locator("form.form button.button-primary").click();
      await page.waitForURL(/\/portal\/requests\/\d+/);
      number = numberOf(page);
      check(await page.locator("main").innerText()).includes(words.body);
      const picture = await page.request.get(new URL(await page.locator(".attachment").first().getAttribute("href"), url).href);
      check((await picture.body()).equals(PICTURE)).isTrue("the picture came back changed");
      await look("sent");
    });

    await step("sees the answer and replies", async () => {
      await desk.reply(number, words.answer);
      // With scripts it comes by itself; without, by looking again.
      if (!scripts) await page.reload();
      await page.locator(".message", { hasText: words.answer }).waitFor();
      await page.fill("[name=body]", words.reply);
      await page.locator("form[action$='/replies'] button.button-primary").click();
      await page.locator(".message-mine", { hasText: words.reply }).waitFor();
      await look("replied");
    });

    await step("is asked whether it works, and says no", async () => {
      await desk.resolve(number, words.fixed);
      await page.goto(`${url}/portal`);
      check(await page.locator(`.requests a[href$='/${number}']`).count()).is(1, "the first page asks");
      await page.locator(`.requests a[href$='/${number}']`).click();
      await page.locator(".ask").waitFor();
      check(await page.locator(".ask").innerText()).includes(words.fixed);
      await look("asked");
      await page.fill(".ask [name=comment]", words.no);
      await page.locator(".ask button[value=no]").click();
      await page.locator(".message-mine", { hasText: words.no }).waitFor();
      check(await page.locator(".ask").count()).is(0);
      check(await page.locator("main .state-in_progress").count()).is(1);
      await look("refused-fix");
    });

    await step("says yes after the second try; later opens it again", async () => {
      await desk.resolve(number, words.fixed);
      await page.goto(`${url}/portal/requests/${number}`);
      await page.locator(".ask button[value=yes]").click();
      await page.locator("main .state-closed").waitFor();
      check(await page.locator("main").innerText()).includes(words.fixed, "what solved it stays to be read");
      await look("closed");
      await page.locator("details.card summary").click();
      await page.fill("[name=reason]", words.again);
      await page.locator("form[action$='/reopening'] button").click();
      await page.locator("main .state-in_progress").waitFor();
      check(await page.locator("main").innerText()).includes(words.again);
      await look("reopened");
    });

    await step("finds it in the list of requests, and nobody else's", async () => {
      await page.goto(`${url}/portal/requests`);
      check(await page.locator(`.requests a[href$='/${number}']`).count()).is(1);
      await look("requests");
      const other = await page.request.get(`${url}/portal/requests/${number === "1" ? 2 : 1}`);
      check(other.status()).is(404);
    });
    await page.context().close();
  }
}

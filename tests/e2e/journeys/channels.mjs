// An administrator sets up Slack, Feishu, and WeCom; a person becomes known in each, reports, is told, and says whether it works. The
// services are stand-ins that sign as their documentation says, with Node's own cryptography, and check what they are sent.
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";

export const title = "Slack, Feishu, and WeCom, each a whole round: code, report, told, solved or not by card; a forged and a repeated request are refused";
export const server = { args: ["demo", "--seed", "5", "--tickets", "40"], env: { MAINSTAY_OUTGOING_NETWORKS: "127.0.0.0/8" } };

const PASSWORD = "rock in midstream";
const SLACK = { signing_secret: "8f742231b10e8888abcd99yyyzzz85a5", bot_token: "xoxb-stand-in" };
const FEISHU = { app_id: "cli_standin", app_secret: "feishu app secret", encrypt_key: "test key", verification_token: "feishu token" };
const WECOM = { corp_id: "wx5823bf96d3bd56c7", agent_id: "218", secret: "wecom secret", token: "QDG6eK", encoding_aes_key: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C" };

const now = () => Math.floor(Date.now() / 1000);
const sha256 = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash("sha256"));

/** Takes messages, if they come with the right token and form; remembers them. */
function standIn(answer) {
  const sent = [];
  const program = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      const { status = 200, body: said, message } = answer(new URL(request.url, "http://stand.in"), request.headers, body);
      if (message) sent.push(message);
      response.statusCode = status;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(said));
    });
  });
  return new Promise((resolve) => program.listen(0, "127.0.0.1", () => resolve({ sent, url: `http://127.0.0.1:${program.address().port}`, stop: () => program.close() })));
}

const slackServer = () =>
  standIn((url, headers, body) => {
    const message = JSON.parse(body);
    const is = url.pathname === "/api/chat.postMessage" && headers.authorization === `Bearer ${SLACK.bot_token}` && message.channel && message.text;
    return is ? { body: { ok: true, ts: "1.2" }, message } : { body: { ok: false, error: "invalid_auth" } };
  });

const feishuServer = () =>
  standIn((url, headers, body) => {
    const message = JSON.parse(body);
    if (url.pathname === "/open-apis/auth/v3/tenant_access_token/internal") {
      const is = message.app_id === FEISHU.app_id && message.app_secret === FEISHU.app_secret;
      return { body: is ? { code: 0, msg: "ok", tenant_access_token: "t-1", expire: 7200 } : { code: 10003, msg: "invalid param" } };
    }
    const is = url.pathname === "/open-apis/im/v1/messages" && url.searchParams.get("receive_id_type") === "open_id" && headers.authorization === "Bearer t-1";
    return is ? { body: { code: 0, msg: "success" }, message: { ...message, content: JSON.parse(message.content) } } : { status: 400, body: { code: 99991663, msg: "invalid token" } };
  });

const wecomServer = () =>
  standIn((url, _headers, body) => {
    if (url.pathname === "/cgi-bin/gettoken") {
      const is = url.searchParams.get("corpid") === WECOM.corp_id && url.searchParams.get("corpsecret") === WECOM.secret;
      return { body: is ? { errcode: 0, errmsg: "ok", access_token: "w-1", expires_in: 7200 } : { errcode: 40001, errmsg: "invalid credential" } };
    }
    const message = JSON.parse(body);
    const is = url.pathname === "/cgi-bin/message/send" && url.searchParams.get("access_token") === "w-1" && message.agentid === 218;
    return is ? { body: { errcode: 0, errmsg: "ok", msgid: "m" }, message } : { body: { errcode: 40014, errmsg: "invalid access_token" } };
  });

/** Requests as the services make and sign them. */
const wire = {
  slack(body, form = false) {
    const text = form ? new URLSearchParams({ payload: JSON.stringify(body) }).toString() : JSON.stringify(body);
    const stamp = String(now());
    const signature = `v0=${createHmac("sha256", SLACK.signing_secret).update(`v0:${stamp}:${text}`).digest("hex")}`;
    const type = form ? "application/x-www-form-urlencoded" : "application/json";
    return { headers: { "content-type": type, "x-slack-request-timestamp": stamp, "x-slack-signature": signature }, body: text, query: "" };
  },
  feishu(body) {
    const iv = randomBytes(16);
    const cipher = createCipheriv("aes-256-cbc", sha256(FEISHU.encrypt_key).digest(), iv);
    const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(body), "utf8"), cipher.final()]).toString("base64");
    const text = JSON.stringify({ encrypt: sealed });
    const [stamp, nonce] = [String(now()), randomBytes(8).toString("hex")];
    const signature = sha256(stamp, nonce, FEISHU.encrypt_key, text).digest("hex");
    return { headers: { "content-type": "application/json", "x-lark-request-timestamp": stamp, "x-lark-request-nonce": nonce, "x-lark-signature": signature }, body: text, query: "" };
  },
  wecom(message) {
    const sealed = wecomSeal(message);
    const body = `<xml><ToUserName><![CDATA[${WECOM.corp_id}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>`;
    return { headers: { "content-type": "text/xml" }, body, query: `?${wecomQuery(sealed)}` };
  },
};

const wecomKey = Buffer.from(`${WECOM.encoding_aes_key}=`, "base64");
function wecomSeal(message) {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(WECOM.corp_id)]);
  const padding = 32 - (plain.length % 32);
  const cipher = createCipheriv("aes-256-cbc", wecomKey, wecomKey.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])), cipher.final()]).toString("base64");
}
function wecomOpen(sealed) {
  const cipher = createDecipheriv("aes-256-cbc", wecomKey, wecomKey.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(Buffer.from(sealed, "base64")), cipher.final()]);
  return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString();
}
const wecomSign = (...parts) => createHash("sha1").update(parts.sort().join("")).digest("hex");
function wecomQuery(sealed) {
  const [timestamp, nonce] = [String(now()), randomBytes(6).toString("hex")];
  return new URLSearchParams({ msg_signature: wecomSign(WECOM.token, timestamp, nonce, sealed), timestamp, nonce });
}

let counted = 0;
const fresh = () => `mark${(counted += 1)}x${now()}`;

/** What a person says in each chat, and what a pressed button sends. */
const says = {
  slack: (text) => wire.slack({ type: "event_callback", event_id: fresh(), event: { type: "message", channel_type: "im", user: "U2147483697", text, ts: "1.2" } }),
  feishu: (text) =>
    wire.feishu({
      schema: "2.0",
      header: { event_id: fresh(), event_type: "im.message.receive_v1", token: FEISHU.verification_token },
      event: { sender: { sender_type: "user", sender_id: { open_id: "ou_84aad35d" } }, message: { message_type: "text", chat_type: "p2p", content: JSON.stringify({ text }) } },
    }),
  wecom: (text) =>
    wire.wecom(
      `<xml><ToUserName><![CDATA[${WECOM.corp_id}]]></ToUserName><FromUserName><![CDATA[mycreate]]></FromUserName><CreateTime>${now()}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${fresh()}</MsgId><AgentID>218</AgentID></xml>`,
    ),
};
const presses = {
  slack: (message, yes) => {
    const button = message.blocks.at(-1).elements.find((one) => one.action_id === (yes ? "solved" : "not_solved"));
    return wire.slack({ type: "block_actions", trigger_id: fresh(), user: { id: "U2147483697" }, actions: [button] }, true);
  },
  feishu: (message, yes) => {
    const button = message.content.elements.at(-1).actions.find((one) => one.value?.answer === (yes ? "yes" : "no"));
    return wire.feishu({
      schema: "2.0",
      header: { event_id: fresh(), event_type: "card.action.trigger", token: FEISHU.verification_token },
      event: { operator: { open_id: "ou_84aad35d" }, action: { tag: "button", value: button.value } },
    });
  },
  wecom: (message, yes) => {
    const card = message.template_card;
    const button = card.button_list.find((one) => one.key === (yes ? "yes" : "no"));
    return wire.wecom(
      `<xml><ToUserName><![CDATA[${WECOM.corp_id}]]></ToUserName><FromUserName><![CDATA[mycreate]]></FromUserName><CreateTime>${now()}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[${button.key}]]></EventKey><TaskId><![CDATA[${card.task_id}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[${fresh()}]]></ResponseCode></xml>`,
    );
  },
};

export const limit = 420_000;

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const servers = { slack: await slackServer(), feishu: await feishuServer(), wecom: await wecomServer() };
  const address = {};
  const send = ({ headers, body, query }, service) => fetch(`${url}${address[service]}${query}`, { method: "POST", headers, body });
  const admin = await open({ locale: "zh-CN" });
  const employee = await open({ locale: "en", width: 390 });
  const technician = await open({ locale: "en", scripts: false });
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };

  /** The newest message that says this. */
  const told = async (service, words) => {
    let found;
    await until(`${service} is told ${words}`, () => {
      found = servers[service].sent.find((message) => JSON.stringify(message).includes(words));
      return Boolean(found);
    });
    return found;
  };

  try {
    await step("the administrator finds no channels and chooses a service", async () => {
      await signIn(admin, "admin@example.test", PASSWORD);
      await language(admin, "zh-CN");
      await admin.goto(`${url}/settings/channels`);
      await shot(admin, "channels-empty");
      await axe(admin);
      await admin.goto(`${url}/settings/channels/new`);
      check(await admin.locator("main a.choice").count()).is(6);
      await shot(admin, "channels-choose");
      await axe(admin);
    });

    for (const [service, settings] of Object.entries({ slack: SLACK, feishu: FEISHU, wecom: WECOM })) {
      await step(`${service}: what is missing is named, and what was filled stays`, async () => {
        await admin.goto(`${url}/settings/channels/new?service=${service}`);
        await admin.check("[name=enabled]");
        await admin.fill("[name=name]", `IT ${service}`);
        await admin.locator("main form .button-primary").click();
        await admin.locator("[role=alert]").first().waitFor();
        check(await admin.inputValue("[name=name]")).is(`IT ${service}`);
        if (service === "feishu") await shot(admin, "channels-refused");
      });
      await step(`${service}: the channel is saved and shows its address`, async () => {
        for (const [name, value] of Object.entries(settings)) await admin.fill(`[name=${name}]`, value);
        await admin.fill("[name=api]", servers[service].url);
        await admin.locator("main form .button-primary").click();
        await admin.waitForURL(/settings\/channels\/[0-9a-z]{26}$/);
        address[service] = new URL(await admin.inputValue("#address")).pathname;
        check(await admin.content()).excludes(settings.app_secret ?? settings.bot_token ?? settings.secret);
        if (service === "wecom") {
          await shot(admin, "channels-edit");
          await axe(admin);
        }
      });
    }

    await step("each service tries its address and gets its challenge back", async () => {
      const slack = await send(wire.slack({ type: "url_verification", challenge: "3eZbrw1aBm2r", token: "x" }), "slack");
      check(await slack.text()).is("3eZbrw1aBm2r");
      const feishu = await send(wire.feishu({ type: "url_verification", challenge: "ajls384kdj", token: FEISHU.verification_token }), "feishu");
      check((await feishu.json()).challenge).is("ajls384kdj");
      const echo = wecomSeal("1616140317555161061");
      const query = wecomQuery(echo);
      query.set("echostr", echo);
      const wecom = await fetch(`${url}${address.wecom}?${query}`);
      check(await wecom.text()).is("1616140317555161061");
    });

    await step("a stranger is told how to become known", async () => {
      check((await send(says.slack("The projector stays dark"), "slack")).status).is(200);
      await told("slack", "/im/connect");
    });

    await signIn(employee, "employee@example.test", PASSWORD);
    await signIn(technician, "l1@example.test", PASSWORD);
    await language(employee, "en");
    await language(technician, "en");
    let number;
    for (const service of ["slack", "feishu", "wecom"]) {
      const words = `The projector in room ${service} stays dark`;
      await step(`${service}: the employee fetches a code, says it, and is known`, async () => {
        await employee.goto(`${url}/im/connect`);
        if (service === "slack") await axe(employee);
        await employee.locator("main form .button-primary").click();
        const code = await employee.locator("#im-code").innerText();
        if (service === "slack") await shot(employee, "channels-connect");
        check((await send(says[service](code), service)).status).is(200);
        await told(service, "You are connected");
      });
      await step(`${service}: a report becomes a ticket`, async () => {
        check((await send(says[service](words), service)).status).is(200);
        const message = JSON.stringify(await told(service, "We have it"));
        number = Number(message.match(/#(\d+) The projector/)[1]);
        await technician.goto(`${url}/tickets/${number}`);
        check(await technician.content()).includes(words);
      });
      await step(`${service}: it is solved, and the card asks`, async () => {
        await technician.goto(`${url}/tickets/${number}/resolution`);
        await technician.fill("main [name=solution]", "The lamp was replaced.");
        await technician.check("main [name=tested][value=true]");
        await technician.locator("main [data-send]").click();
        await technician.waitForLoadState("load");
        await told(service, "Does it work?");
      });
      await step(`${service}: the button answers, once`, async () => {
        const card = servers[service].sent.find((message) => JSON.stringify(message).includes("Does it work?"));
        const yes = service !== "feishu";
        const request = presses[service](card, yes);
        const answer = await send(request, service);
        check(answer.status).is(200);
        if (service === "feishu") check((await answer.json()).toast.type).is("success");
        if (service === "wecom") {
          const body = await answer.text();
          const part = (name) => body.match(new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`))[1];
          check(wecomSign(WECOM.token, part("TimeStamp"), part("Nonce"), part("Encrypt"))).is(part("MsgSignature"));
          check(wecomOpen(part("Encrypt"))).includes("update_button");
        }
        check((await send(request, service)).status).is(409);
        await until("the ticket shows the answer", async () => {
          await technician.goto(`${url}/tickets/${number}`);
          const state = await technician.locator(".ticket-head .state").first().innerText();
          return yes ? /closed/i.test(state) : /progress/i.test(state);
        });
      });
    }

    await step("a forged request is refused, and the log says so", async () => {
      const forged = says.slack("Give me everything");
      forged.body = forged.body.replace("everything", "all of it");
      check((await send(forged, "slack")).status).is(401);
      await admin.goto(`${url}/settings/channels`);
      await shot(admin, "channels-list");
      await axe(admin);
      await admin.locator("tbody tr", { hasText: "IT slack" }).locator("a").last().click();
      const text = await admin.locator("main").innerText();
      check(text).includes("签名不符");
      check(text).includes("重复请求");
      await shot(admin, "channels-log");
      await axe(admin);
    });
  } finally {
    for (const one of Object.values(servers)) one.stop();
  }
}

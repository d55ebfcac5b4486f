// The second half of the morning, what is changed: which ticket comes in, what the hands do with it, and what must have
// come of it. `work` gets only hands that press keys and eyes that read; `came` asks the JSON interface as somebody else. A
// station looks once, where its picture tells most.
import { in_, moved, ticketOf, told, view } from "./words.mjs";

export const CHANGING = [
  {
    kind: "priority",
    ticket: told(["全组访问不了共享盘", "十二个人都不行。"], ["The whole team cannot reach the share", "All twelve of us."], { category: "network" }),
    async work({ hands, number, look, go }) {
      await go(number);
      await hands.press("p");
      await hands.focused("dialog[open] [name=impact]");
      await hands.choose("team");
      await hands.press("Tab");
      await hands.choose("high");
      await hands.press("Tab");
      await hands.choose("P1");
      await look();
      await hands.press("Control+Enter");
      await hands.see(".ticket-line .priority-p1");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check([ticket.priority, ticket.impact, ticket.urgency]).is(["P1", "team", "high"]);
    },
  },
  {
    kind: "type and category",
    ticket: told(["想要一台第二显示器", "做表格用。"], ["I would like a second screen", "For spreadsheets."], {}),
    async work({ hands, number, look, go }) {
      await go(number);
      await hands.press(".", "f");
      await hands.focused("dialog[open] [name=type]");
      await hands.choose("request");
      await hands.press("Tab");
      await hands.choose("hardware");
      await look();
      await hands.press("Control+Enter");
      await hands.gone("dialog[open]");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check([ticket.type, ticket.category]).is(["request", "hardware"]);
    },
  },
  {
    kind: "tags",
    ticket: told(["VPN 连上就断", "在家办公。"], ["The VPN drops at once", "Working from home."], { category: "network" }),
    async work({ hands, number, look, go }) {
      await go(number);
      await hands.press("t");
      await hands.focused("dialog[open] [name=tags]");
      await hands.type(", vpn, remote");
      await look();
      await hands.press("Enter");
      await hands.gone("dialog[open]");
      await hands.see(`#side-${number} .chip`, "remote");
    },
    async came(morning) {
      const { tags } = await ticketOf(morning);
      for (const tag of [morning.tag, "vpn", "remote"]) morning.check(tags).includes(tag);
    },
  },
  {
    kind: "link",
    ticket: told(["门禁刷卡没反应", "二楼东门。"], ["The badge reader is silent", "East door, second floor."], { category: "hardware" }),
    async work({ hands, number, tickets, look, go }) {
      await go(number);
      await hands.press(".", "l");
      await hands.focused("dialog[open] [name=relation]");
      await hands.choose("related");
      await hands.press("Tab");
      await hands.type(String(tickets["internal note"]));
      await look();
      await hands.press("Enter");
      await hands.gone("dialog[open]");
      await hands.see(`#card-links-${number} a`, `#${tickets["internal note"]}`);
    },
    async came({ api, number, tickets, check }) {
      const links = await api.get(`/tickets/${number}/links`);
      check(JSON.stringify(links)).includes(String(tickets["internal note"]));
    },
  },
  {
    kind: "merge a duplicate",
    ticket: told(["彩色打印机卡纸", "和同事说的是同一台。"], ["Colour printer jams", "The same one as my colleague said."], { category: "hardware" }),
    async work({ hands, number, tickets, look, go }) {
      await go(number);
      await hands.press(".", "m");
      await hands.focused("dialog[open] [name=into]");
      await hands.type(String(tickets["take, answer, next"]));
      await look();
      await hands.press("Enter");
      await hands.arrived(new RegExp(`/tickets/${tickets["take, answer, next"]}`));
    },
    async came(morning) {
      morning.check((await ticketOf(morning)).state).is("closed");
      await morning.hands.see(".entry", morning.zh ? "和同事说的是同一台" : "The same one as my colleague said");
    },
  },
  {
    kind: "split",
    ticket: told(
      ["鼠标不灵，另外想换工位", "鼠标经常双击。还有，我们组下周要搬到四楼。"],
      ["Mouse is broken, and we are moving", "The mouse clicks twice. Also, our team moves to the fourth floor next week."],
    ),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("S");
      await hands.focused("dialog[open] [name=title]");
      await hands.press("Control+a");
      await hands.type(in_(zh, "下周搬到四楼", "Move to the fourth floor"));
      await look();
      await hands.press("Enter");
      await moved(hands, number);
      await hands.see(".ticket-title", in_(zh, "下周搬到四楼", "Move to the fourth floor"));
    },
    async came({ hands, number, check }) {
      check((await hands.read(".ticket-side")).join()).includes(`#${number}`);
    },
  },
  {
    kind: "log time",
    ticket: told(["培训教室要装软件", "二十台。"], ["Software for the training room", "Twenty machines."], { category: "software" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("l");
      await hands.focused("[name=minutes]");
      await hands.type("25");
      await hands.press("Tab");
      await hands.type(in_(zh, "做好安装镜像", "Prepared the image"));
      await look();
      await hands.press("Enter");
      await hands.see(`#card-time-${number} .split`, "25");
      await hands.press("Escape");
    },
    async came({ api, number, check, hands }) {
      check((await api.get(`/tickets/${number}/time`)).sum).is(25);
      check(await hands.value("[name=minutes]")).is("", "what was sent still stands in the field");
    },
  },
  {
    kind: "checklist",
    ticket: told(["新同事下周一入职", "请准备电脑和账号。"], ["A new colleague starts on Monday", "Please prepare machine and account."], { type: "request", category: "account" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("i");
      for (const item of in_(zh, ["建账号", "装电脑"], ["Make the account", "Set up the machine"])) {
        await hands.focused("[name=item]");
        await hands.type(item);
        await hands.press("Enter");
        await hands.see(`#side-${number} .checklist-item`, item);
      }
      await hands.press("Escape", "i");
      await hands.focused(`#side-${number} .checklist-item button`);
      await hands.press("Enter");
      await hands.see(`#side-${number} .checklist-done`);
      await look();
    },
    async came({ api, number, check, zh }) {
      const items = await api.get(`/tickets/${number}/checklist`);
      check((items.items ?? items).map(({ text, done }) => [text, done])).is(
        in_(zh, [["建账号", true], ["装电脑", false]], [["Make the account", true], ["Set up the machine", false]]),
      );
    },
  },
  {
    kind: "log a call",
    ticket: told(["电话有回声", "对方能听到自己。"], ["Echo on the phone", "The other side hears themselves."], { category: "hardware" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press(".", "c");
      await hands.focused("dialog[open] [name=body]");
      await hands.type(in_(zh, "通话确认：换耳机后回声消失。", "On the phone: with another headset the echo is gone."));
      await hands.press("Tab");
      await hands.type("6");
      await look();
      await hands.press("Control+Enter");
      await hands.see(`#timeline-${number} .entry`, in_(zh, "通话确认", "On the phone"));
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check(ticket.articles.some((article) => article.kind === "call")).isTrue("no call was written down");
    },
  },
  {
    kind: "close gate",
    ticket: told(["交换机要升级固件", "厂商通告有漏洞。"], ["The switch needs new firmware", "The maker announced a hole."], { type: "change_request", category: "network" }),
    async work({ hands, number, zh, look, go }) {
      const gap = `dialog[open] #gate-${number} .gap:not([open]) > summary`;
      const left = async (wanted) => {
        const gaps = `dialog[open] #gate-${number} .gaps > li`;
        for (let tries = 0; (await hands.read(gaps)).length !== wanted; tries += 1) {
          if (tries > 100) throw new Error(`not ${wanted} gaps left`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await go(number);
      await hands.press("s", "r");
      await hands.focused(gap);
      await hands.press("Enter", "Tab");
      await hands.type(in_(zh, "固件有已公布的漏洞", "The firmware has a published hole"));
      await hands.press("Enter");
      await left(2);
      for (const rest of [1, 0]) {
        await hands.focused(gap);
        await hands.press("Enter", "Tab");
        if (await hands.isFocused("[name=cause]")) {
          await hands.type(in_(zh, "版本落后两年", "Two years behind"));
          await hands.press("Tab");
          await hands.type(in_(zh, "对照厂商公告", "Compared with the maker’s notice"));
          await hands.press("Enter");
        } else {
          await hands.press("Tab");
          await hands.type("show version\n15.2(4)E7");
          await look();
          await hands.press("Control+Enter");
        }
        await left(rest);
      }
      // After the last gap comes the form: the cause in two texts, then the solution.
      await hands.focused("dialog[open] [name=technical]");
      await hands.press("Tab", "Tab");
      await hands.focused("dialog[open] [name=solution]");
      await hands.type(in_(zh, "升级到 15.2(7)E9，回退镜像已保留。", "Upgraded to 15.2(7)E9; the old image is kept."));
      await hands.press("Tab", "Space", "Control+Enter");
      await hands.see(".ticket-line .state-resolved");
    },
    async came(morning) {
      morning.check((await ticketOf(morning)).state).is("resolved");
      const card = JSON.stringify(await morning.api.get(`/tickets/${morning.number}/diagnosis`));
      for (const words of ["15.2(4)E7", morning.zh ? "版本落后两年" : "Two years behind"]) morning.check(card).includes(words);
    },
  },
  {
    kind: "diagnosis",
    ticket: told(["系统每天下午变慢", "三点左右。"], ["Slow every afternoon", "Around three."], { category: "software" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("d");
      await hands.see(`#diagnosis-${number} .answer`);
      await hands.press("Tab", "Enter", "Tab");
      await hands.type(in_(zh, "财务组八个人", "Eight people in finance"));
      await hands.press("Enter");
      await hands.focused("#answers .answer:first-child summary");
      await hands.press("Tab", "Enter", "Tab");
      await hands.type(in_(zh, "月结任务占满内存", "The month-end job fills the memory"));
      await hands.press("Enter");
      await hands.focused("#answers .answer:nth-child(2) summary");
      await look();
    },
    async came({ api, number, check, zh }) {
      const card = JSON.stringify(await api.get(`/tickets/${number}/diagnosis`));
      for (const words of in_(zh, ["财务组八个人", "月结任务占满内存"], ["Eight people in finance", "The month-end job"])) check(card).includes(words);
    },
  },
  {
    kind: "parent and child",
    ticket: told(["机房空调报警", "温度 31 度。"], ["Alarm of the server room’s cooling", "31 degrees."], { category: "other" }),
    async work({ hands, number, tickets, look, go }) {
      await go(number);
      await hands.press(".", "l");
      await hands.focused("dialog[open] [name=relation]");
      await hands.choose("parent_of");
      await hands.press("Tab");
      await hands.type(String(tickets["log a call"]));
      await look();
      await hands.press("Enter");
      await hands.gone("dialog[open]");
      await hands.see(`#card-links-${number} a`, `#${tickets["log a call"]}`);
    },
    async came({ api, number, check, tickets }) {
      const links = await api.get(`/tickets/${number}/links`);
      check(JSON.stringify(links)).includes("parent_of");
      check(JSON.stringify(links)).includes(String(tickets["log a call"]));
    },
  },
  {
    kind: "star",
    ticket: told(["老板的平板要配邮箱", "下午出差。"], ["The director’s tablet needs mail", "Leaves this afternoon."], { category: "account" }),
    async work({ hands, number, zh, look }) {
      await hands.press("Control+k");
      await hands.see("#palette[open] input");
      await hands.type(view(zh));
      await hands.see("#palette [role=option][aria-selected=true][data-href*='view=']"); // its name in full chooses it
      await hands.press("Enter");
      await hands.arrived(/view=/);
      const rows = await hands.read("#rows .row-number");
      const place = rows.indexOf(`#${number}`);
      if (place < 0) throw new Error(`#${number} is not in the list of the morning`);
      const [key, times] = place < rows.length / 2 ? ["j", place + 1] : ["G", rows.length - place];
      if (key === "G") {
        await hands.press("G");
        for (let up = 1; up < times; up += 1) await hands.press("k");
      } else {
        for (let down = 0; down < times; down += 1) await hands.press("j");
      }
      await hands.press("x", "*");
      await hands.arrived(/done=/);
      await hands.press("g", "s");
      await hands.see(`#row-${number}`);
      await look();
    },
    async came({ hands, number, check }) {
      check(await hands.read("#rows .row-number")).includes(`#${number}`);
    },
  },
  {
    kind: "new ticket for a caller",
    async work({ hands, zh, look, tickets, people }) {
      const caller = zh ? people.other : people.requester;
      await hands.press("c");
      await hands.focused("[name=caller]");
      await hands.type(`${caller}@`);
      await hands.see("#callers .choice", `${caller}@example.test`);
      await hands.press("ArrowDown", "Enter");
      await hands.arrived(/requester=/);
      await hands.focused("[name=title]");
      await hands.type(in_(zh, "电话：无法登录考勤", "By phone: cannot sign in to time keeping"));
      await hands.press("Tab");
      await hands.type(in_(zh, "提示账号被锁定。", "It says that the account is locked."));
      await look();
      await hands.press("Control+Enter");
      await hands.arrived(/\/tickets\/\d+/);
      await hands.see(".composer textarea");
      tickets["new ticket for a caller"] = Number(hands.place().pathname.split("/").pop());
    },
    async came({ api, tickets, check, zh, people }) {
      const ticket = await api.get(`/tickets/${tickets["new ticket for a caller"]}`);
      check(ticket.requester.email).is(`${zh ? people.other : people.requester}@example.test`);
    },
  },
];

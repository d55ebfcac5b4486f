// The first half of the morning, mostly words: which ticket comes in, what the hands do with it, and what must have
// come of it. `work` gets only hands that press keys and eyes that read; `came` asks the JSON interface as somebody else. A
// station looks once, where its picture tells most.
import { becomes, in_, moved, runMacro, said, sendAndNext, ticketOf, told, view } from "./words.mjs";

export const TALKING = [
  {
    kind: "view",
    async work({ hands, tag, zh, look }) {
      await hands.press("g", "o");
      await hands.arrived(/queues\/open/);
      await hands.press("f");
      await hands.focused(".filters [name=state]");
      await hands.tabTo(".filters [name=tag]");
      await hands.type(tag);
      await hands.press("Tab");
      await hands.choose("created_asc");
      await look();
      await hands.press("Control+Enter");
      await hands.arrived(/tag=/);
      await hands.press("v");
      await hands.focused("[name=name]");
      await hands.type(view(zh));
      await hands.press("Enter");
      await hands.arrived(/view=/);
    },
    async came({ hands, check, zh }) {
      const numbers = (await hands.read("#rows .row-number")).map((number) => Number(number.slice(1)));
      check(numbers).is(numbers.toSorted((one, other) => one - other), "not in the order that was chosen");
      check((await hands.read(".pane-title"))[0]).is(view(zh));
      check((await hands.read("#rows [data-row]")).length >= 20).isTrue("the list of the morning is short");
    },
  },
  {
    kind: "bulk of three",
    opens: 3,
    ticket: (zh, at) => told(
      [`会议室 ${at + 1} 投影没有画面`, "上午有评审会，三间会议室都一样。"],
      [`No picture in meeting room ${at + 1}`, "There is a review this morning; all three rooms are the same."],
      { category: "hardware" },
    )(zh),
    async work({ hands, look }) {
      await hands.press("j", "x", "Shift+ArrowDown", "Shift+ArrowDown", "b");
      await hands.focused("#bulk [name=to_assignee]");
      await hands.tabTo("#bulk [name=to_urgency]");
      await hands.choose("high");
      await hands.press("Tab");
      await hands.type("projector");
      await look();
      await hands.press("Enter");
      await hands.arrived(/done=/);
      await hands.see("#batch-done");
    },
    async came({ api, check, tickets, hands }) {
      for (const kind of ["bulk of three", "bulk of three 2", "bulk of three 3"]) {
        const ticket = await api.get(`/tickets/${tickets[kind]}`);
        check(ticket.urgency).is("high");
        check(ticket.tags).includes("projector");
      }
      check((await hands.read("#batch-done kbd"))[0]).is("z", "it cannot be taken back");
    },
  },
  {
    kind: "take, answer, next",
    ticket: told(
      ["打印机一直卡纸", "三楼彩印，从早上开始每页都卡。"],
      ["The printer jams on every page", "Colour printer on the third floor, since this morning."],
      { owner: "other" },
    ),
    async work({ hands, number, zh, look, go, people }) {
      await go(number);
      await hands.press("m");
      await hands.see(".ticket-line .person", people.name);
      await hands.press("r");
      await hands.focused(".composer textarea");
      await hands.type(in_(zh, "我现在过去看看，十分钟后到。", "I am on my way, with you in ten minutes."));
      await look();
      await sendAndNext({ hands, number });
    },
    async came(morning) {
      const ticket = await becomes(morning, morning.number, "answered", (one) => one.articles.some((article) => article.kind === "reply" || article.public));
      morning.check(ticket.assignee.email).is(`${morning.people.me}@example.test`);
      morning.check(ticket.state).is("in_progress");
      morning.check(said(ticket, morning.zh ? "十分钟后到" : "in ten minutes")).isTrue("the answer is missing");
    },
  },
  {
    kind: "template with variables",
    ticket: told(["软件装不上", "提示权限不足。"], ["Cannot install the drawing program", "It says that rights are missing."], { category: "software" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("r");
      await hands.focused(".composer textarea");
      await hands.type(in_(zh, "/补充", "/details"));
      await hands.see(".completion [role=option]", in_(zh, "请报障人补充信息", "Ask for details"));
      await hands.press("Enter");
      await hands.gone(".completion");
      await look();
      await sendAndNext({ hands, number });
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check(said(ticket, `#${ticket.number}`)).isTrue("the number was not filled in");
      morning.check(said(ticket, ticket.requester.name)).isTrue("the name was not filled in");
      morning.check(said(ticket, "{{")).is(false);
    },
  },
  {
    kind: "macro, next",
    ticket: told(["笔记本键盘掉了三个键", "掉的是 A、S、D。"], ["Three keys of the laptop came off", "A, S, and D."], { category: "hardware" }),
    async work(morning) {
      await morning.go(morning.number);
      await runMacro(morning, "备件已订购", "Spare part ordered");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check(ticket.state).is("waiting_supplier");
      morning.check(ticket.tags).includes("spare-part");
    },
  },
  {
    kind: "internal note",
    ticket: told(["无线网时断时续", "靠窗的位置最明显。"], ["Wireless drops now and then", "Worst at the desks by the window."], { category: "network" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("n");
      await hands.focused(".composer textarea");
      await hands.type(in_(zh, "看过 AP 日志，每十分钟重选一次信道。", "Access point log: it changes channel every ten minutes."));
      await look();
      await hands.press("Control+Enter");
      await hands.see(`#timeline-${number} .entry-note`);
      await hands.press("Escape");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      const note = ticket.articles.find((article) => article.kind === "note");
      morning.check(note?.public).is(false);
    },
  },
  {
    kind: "mention",
    ticket: told(["新同事账号没有邮箱", "今天入职。"], ["The new colleague has no mailbox", "First day today."], { category: "account" }),
    async work({ hands, number, zh, look, go, people }) {
      await go(number);
      await hands.press("n");
      await hands.focused(".composer textarea");
      await hands.type(`@${people.colleague.slice(0, 3).toLowerCase()}`);
      await hands.see(".completion [role=option]", people.colleague);
      await hands.press("Enter");
      await hands.gone(".completion");
      await hands.type(in_(zh, "许可证还有剩的吗？", "do we have a licence left?"));
      await look();
      await hands.press("Control+Enter");
      await hands.see(`#timeline-${number} .entry-note`, `@${people.colleague}`);
      await hands.press("Escape");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check(said(ticket, `@${morning.people.colleague} `)).isTrue("she is not named");
    },
  },
  {
    kind: "wait for the requester",
    ticket: told(["报表打不开", "点了没反应。"], ["The report does not open", "Nothing happens on a click."], { category: "software" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("r");
      await hands.focused(".composer textarea");
      await hands.type(in_(zh, "请发一张报错的截图。", "Please send a picture of the error."));
      await hands.tabTo(".composer [name=after]");
      await hands.choose("requester");
      await look();
      await sendAndNext({ hands, number });
    },
    async came(morning) {
      const ticket = await becomes(morning, morning.number, "waits", (one) => one.state === "waiting_requester");
      morning.check(ticket.articles.at(-1).public).is(true);
    },
  },
  {
    kind: "wait for the supplier",
    ticket: told(["扫描仪出不了双面", "换过驱动，还是一样。"], ["The scanner does one side only", "A new driver changed nothing."], { category: "hardware" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("s", "w");
      await hands.focused("dialog[open] [name=waiting_for]");
      await hands.choose("supplier");
      await hands.press("Tab");
      await hands.type(in_(zh, "已向供应商报修，等上门", "Reported to the supplier; waiting for their visit"));
      await look();
      await hands.press("Enter");
      await hands.see(".ticket-line .state-waiting_supplier");
    },
    async came(morning) {
      morning.check((await ticketOf(morning)).state).is("waiting_supplier");
    },
  },
  {
    kind: "escalate",
    ticket: told(["数据库备份失败三天了", "任务日志里有 I/O 错误。"], ["The database backup failed for three days", "The job’s log shows I/O errors."], { category: "software" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("e");
      await hands.focused("dialog[open] [name=tier]");
      await hands.press("Tab");
      await hands.type(in_(zh, "重跑任务，重启代理", "Ran the job again, restarted the agent"));
      await hands.press("Tab");
      await hands.type(in_(zh, "只有数据卷报错，其他卷正常", "Only the data volume fails, the others are well"));
      await hands.press("Tab");
      await hands.type(in_(zh, "没有存储的权限", "No rights on the storage"));
      await look();
      await hands.press("Control+Enter");
      await moved(hands, number); // the next tier's tickets are not this one's to see
      await hands.see("#rows");
    },
    async came(morning) {
      const ticket = await becomes(morning, morning.number, "handed up", (one) => one.tier === 2);
      morning.check(ticket.assignee?.email !== `${morning.people.me}@example.test`).isTrue("it stayed with the first tier");
    },
  },
  {
    kind: "resolve, tested",
    ticket: told(["显示器颜色发黄", "晚上最明显。"], ["The screen looks yellow", "Most of all in the evening."], { category: "hardware" }),
    async work({ hands, number, zh, look, go }) {
      await go(number);
      await hands.press("s", "r");
      await hands.focused("dialog[open] [name=solution]");
      await hands.type(in_(zh, "关闭了夜间模式，颜色恢复正常。", "Night mode was on; switched off, the colours are right."));
      await hands.press("Tab", "Space");
      await hands.focused("dialog[open] [name=tested][value=true]:checked");
      await look();
      await hands.press("Control+Enter");
      await hands.see(".ticket-line .state-resolved");
    },
    async came(morning) {
      morning.check((await ticketOf(morning)).state).is("resolved");
    },
  },
  {
    kind: "resolve by macro",
    ticket: told(["忘记密码", "休假回来登不上了。"], ["Forgot the password", "Back from leave and locked out."], { category: "account" }),
    async work(morning) {
      await morning.go(morning.number);
      await runMacro(morning, "密码已重置", "Password was reset");
    },
    async came(morning) {
      const ticket = await ticketOf(morning);
      morning.check(ticket.state).is("resolved");
      morning.check(ticket.tags).includes("password");
    },
  },
];

// What the stations of a technician's morning share: the people, the words of a ticket, and waiting for what must come.
export const in_ = (zh, chinese, english) => (zh ? chinese : english);

/** A ticket of a station: words in the reader's language. */
export const told = (chinese, english, more = {}) => (zh) => ({
  title: in_(zh, ...[chinese, english].map((words) => words[0])),
  body: in_(zh, ...[chinese, english].map((words) => words[1])),
  ...more,
});

/** The technician, by the language in which they work, and the colleagues around. */
export const PEOPLE = {
  "zh-CN": { me: "l1", name: "林小满", other: "amy", colleague: "Amy Lindqvist", requester: "employee" },
  en: { me: "amy", name: "Amy Lindqvist", other: "l1", colleague: "Petra Sommer", requester: "marco" },
};

export const ticketOf = ({ api, number }) => api.get(`/tickets/${number}`);

/** Waits until the ticket is as it should be, and gives it. */
export async function becomes({ api, until }, number, what, is) {
  return until(`#${number}: ${what}`, async () => {
    const ticket = await api.get(`/tickets/${number}`);
    return is(ticket) ? ticket : null;
  });
}

export const moved = (hands, number) => hands.arrived((to) => !to.pathname.endsWith(`/${number}`));

/** Sends what is being written and goes on; the next ticket of the list is there before the next station begins. */
export async function sendAndNext({ hands, number }) {
  await hands.press("Control+Shift+Enter");
  await moved(hands, number);
  await hands.see(".composer textarea");
}

export async function runMacro({ hands, zh, look, number }, chinese, english) {
  await hands.press("M");
  await hands.focused("dialog[open] [name=macro]");
  const names = await hands.read("dialog[open] .pick b");
  for (let place = 0; place < names.indexOf(in_(zh, chinese, english)); place += 1) await hands.press("ArrowDown");
  await look();
  await sendAndNext({ hands, number });
}

export const said = (ticket, words) => ticket.articles.some((article) => article.body.includes(words));

export const view = (zh) => in_(zh, "早班", "Morning");

// The mail server that journeys use: what a person sends arrives, dots and all, and can be waited for.
import assert from "node:assert/strict";

export const title = "A person's mail goes through the real mail server";
export const server = "none";

export default async function ({ startMail, check, step }) {
  const mail = await startMail({ "helpdesk@example.test": "secret", "lin@example.test": "also secret" });
  await step("arrives as it was sent", async () => {
    const raw = "From: lin@example.test\nTo: helpdesk@example.test\nSubject: Hum\n\nIt hums.\n.\n..and stops\n";
    await mail.send({ from: "lin@example.test", to: "helpdesk@example.test", raw });
    const arrived = await mail.waitFor("helpdesk@example.test", (message) => message.includes("Subject: Hum"));
    check(arrived.replace(/\r\n/g, "\n")).includes("It hums.\n.\n..and stops\n");
    check(await mail.inbox("lin@example.test")).is([]);
  });
  await step("is refused when nobody has that address", async () => {
    const send = mail.send({ from: "lin@example.test", to: "nobody@example.test", raw: "Subject: Hum\n\n" });
    await assert.rejects(send, /550/);
  });
}

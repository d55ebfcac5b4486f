// A device that lies: script text in every field of its inventory. On every page that shows it, it is text: nothing of it becomes an
// element, nothing of it runs, and the page's policy never has to stop it.
export const title = "Script text in every field of a device is text on every page that shows it";
export const server = { args: ["demo", "--seed", "7", "--tickets", "20"] };

const PASSWORD = "rock in midstream";
const EVIL = `"><img src=x onerror="window.hit=1"><script>window.hit=2</script><svg onload="window.hit=3">' onmouseover='window.hit=4' javascript:alert(5)`;
const SECTIONS =
  "softwares memories cpus storages drives networks printers monitors batteries users local_users local_groups virtualmachines databases_services antivirus firewalls controllers sounds videos modems usbdevices ports slots firmwares licenseinfos sensors powersupplies cameras simcards cartridges physical_volumes volume_groups logical_volumes inputs";
const FIELDS =
  "name guid version arch from publisher caption description manufacturer model serial serialnumber type kind filesystem volumn label letter interface firmware driver port status virtualdev mac ipaddress ipgateway wifi_ssid login id home shell full_name vmtype subsystem uuid image vcpu owner profile fullname key productid chipset designation chemistry altserial slot capacity username userid install_date member smodel smanufacturer bversion comment lv_name vg_name device format";

/** The message of an agent in which every text is the same bad joke. */
function inventory() {
  const all = () => Object.fromEntries(FIELDS.split(" ").map((field) => [field, EVIL]));
  const content = Object.fromEntries(SECTIONS.split(" ").map((section) => [section, [all()]]));
  content.hardware = { ...all(), name: `${EVIL}host`, workgroup: EVIL, lastloggeduser: EVIL, winowner: EVIL };
  content.bios = { ...all(), ssn: `${EVIL}serial`, assettag: EVIL, smanufacturer: EVIL, bdate: EVIL };
  content.operatingsystem = { ...all(), kernel_version: EVIL, service_pack: EVIL, dns_domain: EVIL, fqdn: EVIL };
  content.versionclient = "GLPI-Agent_v1.7";
  return { action: "inventory", deviceid: "hostile-2026-01-01", itemtype: "Computer", content };
}

export default async function ({ url, open, signIn, step, check, shot }) {
  const page = await open({ locale: "en" });
  const stopped = [];
  page.on("dialog", (dialog) => {
    stopped.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (line) => {
    if (/Content Security Policy/i.test(line.text())) stopped.push(line.text());
  });
  let device;
  let csrf;

  /** What of the text became more than text. */
  const grown = () =>
    page.evaluate(() => {
      const grown = [...document.querySelectorAll("[onerror], [onload], [onmouseover], img[src='x'], a[href^='javascript:' i]")];
      const scripts = [...document.scripts].filter((script) => !script.src.startsWith(location.origin) && script.type !== "application/json");
      return { hit: window.hit ?? null, grown: [...grown, ...scripts].map((element) => element.outerHTML.slice(0, 200)) };
    });
  const harmless = async (path, shows) => {
    const answer = await page.goto(`${url}${path}`);
    check(answer.status()).is(200, path);
    await page.mouse.move(300, 300);
    check(await grown()).is({ hit: null, grown: [] }, path);
    if (shows) check(await page.locator("main").innerText()).includes("<script>window.hit=2</script>", `${path} does not show it at all`);
  };

  await step("an agent brings an inventory that is script text in every field", async () => {
    await signIn(page, "admin@example.test", PASSWORD);
    csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    const taken = await page.request.post(`${url}/api/v1/devices/inventory`, {
      data: inventory(),
      headers: { Origin: url, "X-CSRF-Token": csrf },
    });
    check(taken.status()).is(200, await taken.text());
    device = (await taken.json()).items[0].device;
  });

  await step("the list, the device, each section, its history, and its forms show it as text", async () => {
    await harmless("/devices", true);
    await harmless(`/devices?q=${encodeURIComponent(EVIL)}`, false);
    await harmless(`/devices/${device}`, true);
    await shot(page, "device");
    await harmless(`/devices/${device}/software`, true);
    await harmless(`/devices/${device}/changes`, false);
    await harmless(`/devices/${device}/edit`, false);
    await harmless(`/devices/${device}/connect`, false);
    await harmless(`/devices/${device}/inventory`, false);
    const links = await page.locator("main a[href*='section=']").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    const sections = [...new Set(links.filter((link) => !link.includes("/value")))];
    check(sections.length > 5).isTrue(`only ${sections.length} sections`);
    for (const section of sections) await harmless(new URL(section, `${url}/devices/${device}/inventory`).href.slice(url.length), true);
  });

  await step("the ticket on which it is named shows it as text", async () => {
    const tickets = await (await page.request.get(`${url}/api/v1/tickets`)).json();
    const ticket = (tickets.items ?? tickets.tickets)[0].number;
    const named = await page.request.post(`${url}/tickets/${ticket}/devices`, { form: { csrf, device }, headers: { Origin: url }, maxRedirects: 0 });
    check(named.status()).is(303, await named.text());
    await harmless(`/tickets/${ticket}`, true);
    await shot(page, "ticket");
    await harmless(`/tickets/${ticket}/devices`, true);
  });

  check(stopped).is([], "the policy of the page had something to stop");
}

// The editor of an article: what is typed is saved by itself every few seconds, and what others typed meanwhile comes in
// without moving the cursor; pictures and files go up by paste and drop; the preview follows. Without it the form is a
// plain form: its hidden fields say what the writer had read, and the server merges.
import { closest, csrfToken, isComposing } from "./page";
import { rebased } from "./editor-merge";
import { ask } from "./dialog";
import { toast } from "./toast";
import { act } from "./editor-tools";

const SAVE_AFTER = 1_200;
const SAVE_AT_LEAST = 2_500;
/** While somebody else writes too, theirs and ours are brought together sooner. */
const TOGETHER_AFTER = 500;
const TOGETHER_FOR = 30_000;
const LOOK_EVERY = 5_000;
const LOOK_TOGETHER = 1_500;
const PREVIEW_AFTER = 350;
const FIELDS = ["title", "summary", "tags", "body"] as const;

type Field = (typeof FIELDS)[number];
type Words = Record<Field, string>;

interface Answer {
  words: Words;
  step: number;
  merged: boolean;
  by: string | null;
}

class Editor {
  readonly area: HTMLTextAreaElement;
  private readonly url: string;
  private readonly most: number;
  private base: Words;
  private step: number;
  private timer = 0;
  private oldest = 0;
  private previewTimer = 0;
  private previewing = false;
  private togetherUntil = 0;
  private looked = Date.now();
  private sending: Promise<boolean> | null = null;
  private composing = false;
  private arrived: (() => void)[] = [];
  private failed = false;

  constructor(readonly form: HTMLFormElement) {
    this.area = this.field("body") as HTMLTextAreaElement;
    this.url = form.dataset.editor ?? "";
    this.most = Number(form.dataset.most) || 500_000;
    this.base = Object.fromEntries(FIELDS.map((name) => [name, this.hidden(`base_${name}`).value])) as Words;
    this.step = Number(this.hidden("step").value) || 0;
    // A browser that comes back to the page puts back what was typed; that is no change of ours until it is saved.
    if (this.isChanged()) this.later();
    this.area.addEventListener("compositionstart", () => (this.composing = true));
    this.area.addEventListener("compositionend", () => {
      this.composing = false;
      for (const run of this.arrived.splice(0)) run();
    });
    this.area.addEventListener("scroll", () => this.scroll());
    window.setInterval(() => void this.look(), 500);
  }

  field(name: Field): HTMLInputElement | HTMLTextAreaElement {
    return this.form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;
  }

  private hidden(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private words(): Words {
    return Object.fromEntries(FIELDS.map((name) => [name, this.field(name).value])) as Words;
  }

  isChanged(): boolean {
    return FIELDS.some((name) => plain(name, this.field(name).value) !== plain(name, this.base[name]));
  }

  text(name: string): string {
    return this.form.dataset[`say${name[0]?.toUpperCase()}${name.slice(1)}`] ?? "";
  }

  say(words: string, isBad = false): void {
    const place = this.form.querySelector<HTMLElement>("[data-editor-status]");
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("editor-bad", isBad);
  }

  typed(): void {
    if (tooLong(this.area.value, this.most)) {
      clearTimeout(this.timer);
      this.say(this.text("tooLong"), true);
      return;
    }
    this.later();
    this.previewSoon();
  }

  private later(): void {
    if (leaving) return;
    const now = Date.now();
    this.oldest ||= now;
    const wait = now < this.togetherUntil ? TOGETHER_AFTER : SAVE_AFTER;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), Math.max(0, Math.min(wait, this.oldest + SAVE_AT_LEAST - now)));
    if (!this.failed) this.say(this.text("unsaved"));
  }

  /** No more saving by itself; gives what is under way. */
  stop(): Promise<unknown> | null {
    clearTimeout(this.timer);
    return this.sending;
  }

  /** Saves what stands there now; `byHand` keeps it as a version too. */
  async save(byHand = false): Promise<boolean> {
    while (this.sending) await this.sending;
    if (leaving) return true;
    clearTimeout(this.timer);
    this.oldest = 0;
    if (!byHand && !this.isChanged()) {
      this.say(this.text("saved"));
      return true;
    }
    if (tooLong(this.area.value, this.most)) {
      this.say(this.text("tooLong"), true);
      return false;
    }
    this.sending = this.send(byHand);
    const done = await this.sending;
    this.sending = null;
    if (!done || this.isChanged()) this.later();
    return done;
  }

  private async send(byHand: boolean): Promise<boolean> {
    const sent = this.words();
    const note = byHand ? ((this.form.elements.namedItem("note") as HTMLInputElement | null)?.value ?? "") : "";
    const message = JSON.stringify({
      locale: this.form.dataset.locale, words: sent, base: this.base, step: this.step, by_itself: !byHand, note,
    });
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken(), Accept: "application/json" },
        body: message,
        keepalive: message.length < 20_000,
      });
      if (!answer.ok) {
        const told = ((await answer.json().catch(() => ({}))) as { said?: string }).said;
        this.failed = true;
        this.say(told ?? this.text("failed"), true);
        return false;
      }
      this.failed = false;
      await this.take(sent, (await answer.json()) as Answer);
      return true;
    } catch {
      this.failed = true;
      this.say(this.text("offline"), true);
      return false;
    }
  }

  /** Puts in what others wrote. Never while an input method composes: it would lose the characters in hand. */
  private take(sent: Words, answer: Answer): Promise<void> {
    return new Promise((resolve) => {
      const run = (): void => {
        let isOthers = false;
        for (const name of FIELDS) {
          if (plain(name, answer.words[name]) !== plain(name, sent[name])) isOthers = this.put(name, sent[name], answer.words[name]) || isOthers;
        }
        this.base = answer.words;
        this.step = answer.step;
        for (const name of FIELDS) this.hidden(`base_${name}`).value = answer.words[name];
        this.hidden("step").value = String(answer.step);
        if (isOthers) {
          this.togetherUntil = Date.now() + TOGETHER_FOR;
          this.previewSoon();
        }
        const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format();
        const key = isOthers ? "merged" : "savedAt";
        if (!this.isChanged()) this.say(this.text(key).replace("{time}", time).replace("{name}", answer.by ?? "…"));
        resolve();
      };
      if (this.composing) this.arrived.push(run);
      else run();
    });
  }

  private put(name: Field, sent: string, theirs: string): boolean {
    const field = this.field(name);
    const fitting = rebased(sent, theirs, field.value).filter(
      // The server leaves out blanks at the end; whoever is about to type the next word keeps them.
      (change) => change.text || change.end < field.value.length || field.value.slice(change.start).trim(),
    );
    for (const { start, end, text } of fitting.reverse()) field.setRangeText(text, start, end, "preserve");
    return fitting.length > 0;
  }

  /** While nothing is typed, what others save is looked for. */
  private async look(): Promise<void> {
    const now = Date.now();
    const every = now < this.togetherUntil ? LOOK_TOGETHER : LOOK_EVERY;
    if (leaving || document.hidden || this.sending || now - this.looked < every || this.isChanged() || !this.form.isConnected) return;
    this.looked = now;
    const work = async (): Promise<boolean> => {
      const query = new URLSearchParams({ locale: this.form.dataset.locale ?? "", step: String(this.step) });
      const answer = await fetch(`${this.url}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.status === 200) await this.take(this.base, (await answer.json()) as Answer);
      return true;
    };
    this.sending = work();
    await this.sending;
    this.sending = null;
  }

  /** How much more text there is room for. */
  room(): number {
    return Math.max(0, this.most - this.area.value.length);
  }

  previewSoon(): void {
    clearTimeout(this.previewTimer);
    this.previewTimer = window.setTimeout(() => void this.preview(), PREVIEW_AFTER);
  }

  private async preview(): Promise<void> {
    const place = this.form.querySelector<HTMLElement>("[data-editor-preview]");
    if (!place || !place.checkVisibility() || tooLong(this.area.value, this.most)) return;
    if (this.previewing) {
      this.previewSoon();
      return;
    }
    this.previewing = true;
    const answer = await fetch(this.form.dataset.previewUrl ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
      body: JSON.stringify({ body: this.area.value }),
    }).catch(() => null);
    this.previewing = false;
    if (!answer?.ok) return;
    place.innerHTML = await answer.text();
    this.scroll();
  }

  /** The preview stands where the text stands. */
  private scroll(): void {
    const place = this.form.querySelector<HTMLElement>("[data-editor-scroll]");
    const long = this.area.scrollHeight - this.area.clientHeight;
    if (place && long > 0) place.scrollTop = (this.area.scrollTop / long) * (place.scrollHeight - place.clientHeight);
  }

  /** Puts a text at the cursor so that the browser can undo it. */
  insert(text: string): void {
    this.area.focus();
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  /** Uploads files; where each will stand is marked meanwhile. */
  async upload(files: Iterable<File>): Promise<void> {
    for (const file of files) {
      if (file.size > (Number(this.form.dataset.fileMost) || Infinity)) {
        toast({ kind: "danger", message: this.text("fileTooLarge").replace("{name}", file.name) });
        continue;
      }
      const mark = `![${this.text("uploading").replace("{name}", file.name)}]()`;
      this.insert(`${this.area.value.slice(0, this.area.selectionStart).endsWith("\n") || !this.area.selectionStart ? "" : "\n"}${mark}\n`);
      const put = await this.sendFile(file);
      const at = this.area.value.indexOf(mark);
      if (at >= 0) this.area.setRangeText(put, at, at + mark.length, "preserve");
      this.typed();
    }
  }

  private async sendFile(file: File): Promise<string> {
    const fields = new FormData();
    fields.append("csrf", csrfToken());
    fields.append("files", file, file.name);
    const answer = await fetch(this.form.dataset.filesUrl ?? "", {
      method: "POST",
      headers: { "X-CSRF-Token": csrfToken(), Accept: "application/json" },
      body: fields,
    }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) as { markdown?: string; said?: string } | null;
    if (answer?.ok && told?.markdown) return told.markdown;
    toast({ kind: "danger", message: told?.said ?? this.text("uploadFailed").replace("{name}", file.name) });
    return "";
  }
}

/** A field as the server keeps it, for telling whether something was changed. */
function plain(name: Field, text: string): string {
  if (name === "tags") return text.split(/[,，、\n]/).map((tag) => tag.trim()).filter(Boolean).join(",");
  return name === "body" ? text.trimEnd() : text.trim().replace(/\s+/g, " ");
}

/** By letters where that is enough to know, else by bytes. */
function tooLong(text: string, most: number): boolean {
  if (text.length > most) return true;
  return text.length * 3 > most && new Blob([text]).size > most;
}

/** The page goes; what is typed goes with it. */
let leaving = false;
const editors = new WeakMap<HTMLFormElement, Editor>();

function of(event: Event): Editor | undefined {
  const form = closest<HTMLFormElement>(event, "form[data-editor]");
  return form ? editors.get(form) : undefined;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-editor]")) editors.set(form, new Editor(form));

document.addEventListener("input", (event) => of(event)?.typed());

document.addEventListener(
  "paste",
  (event) => {
    const editor = of(event);
    if (!editor || event.target !== editor.area) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text && tooLong(text, editor.room())) {
      event.preventDefault();
      editor.say(editor.text("pasteTooLong"), true);
      toast({ kind: "danger", message: editor.text("pasteTooLong") });
      return;
    }
    if (!files.length || text) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void editor.upload(files.map(named));
  },
  true,
);

/** Screenshots come without a name of their own. */
function named(file: File): File {
  if (file.name && file.name !== "image.png") return file;
  return new File([file], `screenshot-${new Date().toISOString().replace(/[-:]|\..*/g, "")}.png`, { type: file.type });
}

document.addEventListener("dragover", (event) => {
  const editor = of(event);
  if (!editor || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  editor.area.classList.add("is-dropping");
});

for (const name of ["dragleave", "drop"] as const) {
  document.addEventListener(name, (event) => of(event)?.area.classList.remove("is-dropping"));
}

document.addEventListener("drop", (event) => {
  const editor = of(event);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!editor) return;
  const text = event.dataTransfer?.getData("text/plain") ?? "";
  if (!files.length && text && tooLong(text, editor.room())) {
    event.preventDefault();
    toast({ kind: "danger", message: editor.text("pasteTooLong") });
  }
  if (!files.length) return;
  event.preventDefault();
  void editor.upload(files);
});

document.addEventListener("change", (event) => {
  const input = event.target;
  const editor = of(event);
  if (!editor || !(input instanceof HTMLInputElement) || !input.matches("[data-editor-file]")) return;
  const files = [...(input.files ?? [])];
  input.value = "";
  editor.area.focus();
  void editor.upload(files);
});

document.addEventListener("click", (event) => {
  const button = closest<HTMLButtonElement>(event, "button[data-editor-do]");
  const editor = of(event);
  if (button && editor) act(editor.area, button.dataset.editorDo ?? "", editor.form.dataset, (text) => editor.insert(text));
  const link = closest<HTMLAnchorElement>(event, "a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || link.target) return;
  const form = document.querySelector<HTMLFormElement>("form[data-editor]");
  const open = form ? editors.get(form) : undefined;
  if (!open?.isChanged() || link.getAttribute("href")?.startsWith("#")) return;
  // What is typed goes along before the page does.
  event.preventDefault();
  void open.save().then(async (done) => {
    if (done || (await ask(open.text("leave"), true))) {
      leaving = true;
      location.assign(link.href);
    }
  });
});

document.addEventListener("keydown", (event) => {
  const form = document.querySelector<HTMLFormElement>("form[data-editor]");
  const editor = form ? editors.get(form) : undefined;
  if (!editor || isComposing(event)) return;
  const modified = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (modified && event.key.toLowerCase() === "s") {
    event.preventDefault();
    void editor.save(true).then((done) => done && toast({ kind: "success", message: editor.text("kept") }));
    return;
  }
  if (event.target !== editor.area) return;
  const shortcut = modified ? { b: "bold", i: "italic", e: "code" }[event.key.toLowerCase()] : undefined;
  const key = shortcut ?? (event.key === "Enter" && !modified && !event.shiftKey ? "enter" : undefined);
  if (key && act(editor.area, key, editor.form.dataset, (text) => editor.insert(text))) event.preventDefault();
});

/** The form goes by itself, and nothing is saved beside it: what is under way comes back first, so that the two cannot cross. */
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    const editor = editors.get(form);
    if (!editor || leaving) return;
    const waiting = editor.stop();
    if (!waiting) {
      leaving = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter as HTMLElement | null;
    void waiting.then(() => form.requestSubmit(submitter));
  },
  true,
);

// A page that comes back from the browser's memory is written on.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});

window.addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-editor]")) {
    if (!leaving && editors.get(form)?.isChanged()) event.preventDefault();
  }
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-editor]")) void editors.get(form)?.save();
});

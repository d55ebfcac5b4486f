// Questions that depend on the answers to others: shown and switched on while they are asked, hidden and off while not.
// What is off is not sent, so the server sees the same form as without scripts, only sooner.

function isChosen(form: HTMLFormElement, name: string, value: string): boolean {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${CSS.escape(name)}"]`)) {
    if (field.matches(":disabled")) continue;
    if (field.value === value && (field instanceof HTMLSelectElement || field.checked)) return true;
  }
  return false;
}

/** Until nothing changes any more: a question that goes away may take others with it. */
function settle(form: HTMLFormElement): void {
  const questions = [...form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-shown-when]")];
  for (let round = 0; round <= questions.length; round++) {
    let changed = false;
    for (const question of questions) {
      const isAsked = isChosen(form, question.dataset.shownWhen ?? "", question.dataset.shownIs ?? "");
      if (isAsked === !question.disabled) continue;
      question.disabled = !isAsked;
      question.hidden = !isAsked;
      changed = true;
    }
    if (!changed) return;
  }
}

document.addEventListener("change", (event) => {
  const form = (event.target as HTMLInputElement).form;
  if (form?.querySelector("fieldset[data-shown-when]")) settle(form);
});

// A browser that comes back fills fields in again without saying so.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) if (form.querySelector("fieldset[data-shown-when]")) settle(form);
});

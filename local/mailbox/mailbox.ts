interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

const LOOK_AGAIN_MS = 2000;
const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};

let mails: readonly Mail[] = [];
let shownText = "";

/** The open mail stands in the fragment, so that Back and a reload keep it. */
const openId = () => decodeURIComponent(location.hash.slice(1));

async function look(): Promise<void> {
  try {
    const response = await fetch("/mailbox/messages");
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const found = await response.json();
    mails = found.messages;
    showList();
    showMail();
  } catch {
    element("status").textContent = "The product does not answer. Is it still running?";
  }
}

function showList(): void {
  element("status").textContent = describeCount();
  const listed = JSON.stringify([mails.map((mail) => mail.id), openId()]);
  if (listed === shownText) return; // leave the focus where it is
  shownText = listed;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
  element("mails").replaceChildren(...mails.map(listItem));
  if (focused) document.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function describeCount(): string {
  if (mails.length === 0) return "No mail yet. This page looks again by itself.";
  return mails.length === 1 ? "1 mail" : `${mails.length} mails, newest first`;
}

function listItem(mail: Mail): HTMLLIElement {
  const button = document.createElement("button");
  const details = document.createElement("span");
  button.type = "button";
  button.dataset["id"] = mail.id;
  button.textContent = mail.subject || "(no subject)";
  details.textContent = `${mail.to.join(", ")} · ${new Date(mail.sentAt).toLocaleTimeString()}`;
  if (mail.id === openId()) button.setAttribute("aria-current", "true");
  button.append(details);
  button.addEventListener("click", () => {
    location.hash = encodeURIComponent(mail.id);
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function showMail(): void {
  const article = element("mail");
  const mail = mails.find((one) => one.id === openId());
  article.hidden = mail === undefined;
  if (!mail || article.dataset["shown"] === mail.id) return;
  article.dataset["shown"] = mail.id;
  element("subject").textContent = mail.subject;
  element("from").textContent = mail.from;
  element("to").textContent = mail.to.join(", ");
  const sent = element("sent");
  sent.setAttribute("datetime", mail.sentAt);
  sent.textContent = new Date(mail.sentAt).toLocaleString();
  element("text").replaceChildren(...withLinks(mail.text));
}

/** A mail is shown as text, whatever it holds; only its web addresses become links. */
function withLinks(text: string): (string | HTMLAnchorElement)[] {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part) => {
    if (!/^https?:\/\//.test(part)) return part;
    const link = document.createElement("a");
    link.href = underThisName(part);
    link.textContent = link.href;
    return link;
  });
}

/** The product has two names on this machine; a link in its mail leads to the one this page was opened by, where the session is. */
function underThisName(text: string): string {
  const url = new URL(text);
  const isOurs = ["127.0.0.1", "localhost"].includes(url.hostname) && url.port === location.port;
  return isOurs ? `${location.origin}${url.pathname}${url.search}${url.hash}` : text;
}

addEventListener("hashchange", () => {
  showList();
  showMail();
  element("mail").focus();
});
void look();
setInterval(() => {
  if (!document.hidden) void look();
}, LOOK_AGAIN_MS);

// 草稿 and 断网不丢: what is typed into a form[data-draft] is kept on this device and on the server. When the line drops
// on sending, the form says so and is sent once when the line is back: its form_key makes a second arrival harmless.
const person = document.body.dataset.person;
const keepAlive = document.body.dataset.keepAlive;
const REMOTE_MS = 30000;
const LOCAL_MS = 1500;
const TIMEOUT_MS = 30000;
const RETRY_MS = [3000, 10000, 30000, 60000];
const KEPT_MS = 7 * 86400000;
const NEVER = ["csrfmiddlewaretoken", "form_key"];
const WAITING = "已存草稿，网络恢复后自动提交。";
const QUEUE = "lc:queue:" + person;
const withFiles = new Map(); // form_key → FormData; files cannot outlive the page

const read = (key, otherwise) => {
  try { return JSON.parse(localStorage.getItem(key)) || otherwise; } catch (broken) { return otherwise; }
};
const write = (key, value) => {
  try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch (full) { return false; }
};
const drop = (key) => {
  try { localStorage.removeItem(key); } catch (refused) { /* nothing stored, nothing to drop */ }
};
const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
const place = (form) => "lc:draft:" + person + ":" + form.dataset.draft + ":" + (form.dataset.draftSubject || "");
const formKey = (form) => form.elements.form_key.value;

function texts(form) {
  const secret = new Set(Array.from(form.elements).filter((e) => e.type === "password").map((e) => e.name));
  return Array.from(new FormData(form)).filter(([name, value]) =>
    typeof value === "string" && !NEVER.includes(name) && !secret.has(name));
}

function fill(form, fields) {
  const left = fields.slice();
  const take = (name) => {
    const at = left.findIndex((pair) => pair[0] === name);
    return at < 0 ? null : left.splice(at, 1)[0][1];
  };
  for (const element of form.elements) {
    if (!element.name || NEVER.includes(element.name) || ["file", "submit", "button", "password"].includes(element.type)) continue;
    if (element.type === "checkbox" || element.type === "radio") {
      element.checked = fields.some(([name, value]) => name === element.name && value === element.value);
    } else if (element.type === "select-multiple") {
      for (const option of element.options) option.selected = fields.some(([n, v]) => n === element.name && v === option.value);
    } else {
      const value = take(element.name);
      if (value !== null) element.value = value;
    }
  }
}

function say(form, text, kind) {
  let note = form.querySelector(".draft-note");
  if (!note) {
    note = document.createElement("p");
    note.className = "draft-note";
    form.append(note);
  }
  note.className = "draft-note" + (kind ? " " + kind : "");
  // Routine saving is shown, not announced.
  if (kind) note.setAttribute("role", "alert"); else note.removeAttribute("role");
  note.textContent = text;
  return note;
}

function banner(text, kind, href, label, act) {
  const box = document.createElement("div");
  box.className = "banner " + kind;
  box.setAttribute("role", "status");
  const line = document.createElement("div");
  line.textContent = text + " ";
  if (label) {
    const way = document.createElement(href ? "a" : "button");
    if (href) way.href = href; else { way.type = "button"; way.className = "btn small"; }
    way.textContent = label;
    if (act) way.addEventListener("click", () => { act(); box.remove(); });
    line.append(way);
  }
  box.append(line);
  document.getElementById("main").prepend(box);
  return box;
}

// ── Drafts ──────────────────────────────────────────────────────────────────────────────────────────────────────
function keepLocal(form) {
  const at = Date.now();
  const kept = write(place(form), { at, fields: texts(form) });
  form.dirtyHere = false;
  if (kept && !form.waiting && !form.busy) say(form, "草稿已存 " + clock(at));
}

async function keepRemote(form, closing) {
  const url = form.dataset.draftUrl;
  if (!url || !form.dirtyThere) return;
  form.dirtyThere = false;
  try {
    const answer = await fetch(url, {
      method: "PUT", credentials: "same-origin", keepalive: Boolean(closing),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: JSON.stringify({ fields: texts(form) }),
    });
    if (!answer.ok) form.dirtyThere = true;
  } catch (offline) {
    form.dirtyThere = true;
  }
}

function save(form, closing) {
  if (!form.isConnected || form.sent) return;
  if (form.dirtyHere) keepLocal(form);
  keepRemote(form, closing);
}

function forget(form) {
  drop(place(form));
  form.dirtyHere = form.dirtyThere = false;
}

function restore(form) {
  const kept = read(place(form), null);
  const onServer = Number(form.dataset.draftSaved || 0);
  // What the server just showed (errors, a stored draft) is newer than what lies here, unless this says otherwise.
  if (!kept || form.dataset.bound || kept.at <= onServer) return;
  const now = JSON.stringify(texts(form));
  if (JSON.stringify(kept.fields) === now) return;
  fill(form, kept.fields);
  banner("已恢复 " + clock(kept.at) + " 存的草稿。", "", "", "清空重填", () => {
    form.reset();
    forget(form);
    if (form.dataset.draftUrl) {
      // keepalive: who clears and leaves at once has cleared all the same.
      const headers = { "X-CSRFToken": csrf() };
      fetch(form.dataset.draftUrl, { method: "DELETE", credentials: "same-origin", keepalive: true, headers }).catch(() => {});
    }
  });
}

// ── Sending ─────────────────────────────────────────────────────────────────────────────────────────────────────
async function post(action, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    return await fetch(action, {
      method: "POST", credentials: "same-origin", signal: stop.signal,
      headers: { "X-Form": "1", "X-CSRFToken": csrf() }, body,
    });
  } finally {
    clearTimeout(timer);
  }
}

// Expired or locked: a page that does not know scripts leads to the login or the lock instead of answering 401.
const shutOut = (answer) => answer.status === 401 || (answer.redirected
  && [document.body.dataset.lock, document.body.dataset.login].includes(new URL(answer.url).pathname));
const lineIsDown = (answer) => answer === null || [408, 429, 502, 503, 504].includes(answer.status);
const target = (answer) => answer.headers.get("X-Location") || (answer.redirected ? answer.url : "");

async function refreshToken() {
  const answer = await fetch(keepAlive, { credentials: "same-origin", cache: "no-store" });
  const now = await answer.json();
  if (now.csrf) for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = now.csrf;
  return now.person === person;
}

async function submit(form, submitter) {
  if (form.busy || form.waiting) return;
  form.busy = true;
  form.dirtyHere = true;
  keepLocal(form);
  say(form, "正在提交……");
  const data = new FormData(form);
  if (submitter && submitter.name) data.append(submitter.name, submitter.value);
  const files = Array.from(data.values()).some((value) => value instanceof File && value.size > 0);
  const body = () => (files ? data : new URLSearchParams(Array.from(data).filter(([, v]) => typeof v === "string")));
  const action = form.action || location.href;
  let answer = await post(action, body()).catch(() => null);
  if (answer && answer.headers.get("X-Refused") === "csrf" && (await refreshToken().catch(() => false))) {
    data.set("csrfmiddlewaretoken", csrf());
    answer = await post(action, body()).catch(() => null);
  }
  form.busy = false;
  if (lineIsDown(answer) || shutOut(answer)) {
    wait(form, action, data, files, answer !== null && shutOut(answer));
  } else if (answer.ok && target(answer)) {
    form.sent = true;
    forget(form);
    location.assign(target(answer));
  } else if (answer.status >= 500 || answer.status === 413) {
    say(form, answer.status === 413 ? "内容太大，没有提交。请压缩照片或减少文字，草稿还在。" : "系统出了问题，没有提交，草稿还在，请稍后再交一次。", "wrong");
  } else {
    await swap(form, answer);
  }
}

// The page as the server shows it now (errors by the fields, or a refusal) takes the place of the old one.
async function swap(form, answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  if (!fresh) { say(form, "没有提交成功，草稿还在，请刷新后再试。", "wrong"); return; }
  const main = document.getElementById("main");
  main.replaceChildren(...fresh.childNodes);
  watchAll();
  const first = main.querySelector(".field.wrong input, .field.wrong select, .field.wrong textarea, [role=alert]");
  if (first) {
    if (!first.matches("input, select, textarea")) first.tabIndex = -1;
    first.focus();
    first.scrollIntoView({ block: "center" });
  }
}

function wait(form, action, data, files, expired) {
  const key = formKey(form);
  const entry = {
    key, action, files, at: Date.now(), page: location.pathname + location.search, draft: place(form),
    title: document.title.split(" · ")[0],
    fields: Array.from(data).filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"),
  };
  if (files) withFiles.set(key, data);
  const stored = write(QUEUE, read(QUEUE, []).filter((other) => other.key !== key).concat([entry]));
  form.waiting = true;
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  const note = say(form, stored || files ? WAITING : "网络断了，请不要关闭本页，恢复后自动提交。", "waiting");
  if (files) note.textContent += "有附件，请不要关闭本页。";
  if (expired) {
    note.textContent = "登录已过期，已存草稿，重新登录后自动提交。";
    const link = document.createElement("a");
    link.href = document.body.dataset.lock + "?next=" + encodeURIComponent(entry.page);
    link.textContent = "去登录";
    note.append(link);
  } else {
    later(0);
  }
}

let timer = 0;
function later(attempt) {
  clearTimeout(timer);
  timer = setTimeout(() => flush(attempt), RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
}

const formOnPage = (key) => Array.from(document.querySelectorAll("form[data-draft]")).find((f) => formKey(f) === key);
const unqueue = (key) => {
  const rest = read(QUEUE, []).filter((entry) => entry.key !== key);
  if (rest.length) write(QUEUE, rest); else drop(QUEUE);
  withFiles.delete(key);
};

async function sendQueued(entry) {
  const data = withFiles.get(entry.key);
  if (entry.files && !data) {
    unqueue(entry.key);
    banner("“" + entry.title + "”带有附件，上次没有交上。文字还在，请打开重新选择附件再交。", "yellow", entry.page, "打开");
    return true;
  }
  if (data) data.set("csrfmiddlewaretoken", csrf());
  const answer = await post(entry.action, data || new URLSearchParams(entry.fields)).catch(() => null);
  if (lineIsDown(answer) || shutOut(answer)) return false;
  const form = formOnPage(entry.key);
  unqueue(entry.key);
  if (answer.ok && target(answer)) {
    drop(entry.draft);
    if (form) { form.sent = true; say(form, "网络已恢复，已提交。", "sent"); location.assign(target(answer)); }
    else banner("网络已恢复，“" + entry.title + "”已提交。", "green", target(answer), "看看办到哪一步");
  } else if (form) {
    form.waiting = false;
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = false;
    await swap(form, answer);
  } else {
    banner("“" + entry.title + "”没有交上，文字还在。", "red", entry.page, "打开看看");
  }
  return true;
}

async function flush(attempt) {
  if (!read(QUEUE, []).length) return;
  const work = async () => {
    let ok = navigator.onLine !== false && (await refreshToken().catch(() => false));
    for (const entry of read(QUEUE, [])) ok = ok && (await sendQueued(entry));
    return ok;
  };
  // Two tabs would send the same thing twice; harmless, but one is enough.
  const ok = navigator.locks
    ? await navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => (lock ? work() : false))
    : await work();
  if (!ok && read(QUEUE, []).length) later(attempt + 1);
}

// ── Wiring ──────────────────────────────────────────────────────────────────────────────────────────────────────
function watch(form) {
  if (form.watched || !form.elements.form_key) return;
  form.watched = true;
  restore(form);
  form.addEventListener("input", () => {
    form.dirtyHere = form.dirtyThere = true;
    clearTimeout(form.timer);
    form.timer = setTimeout(() => { if (form.dirtyHere && form.isConnected && !form.sent) keepLocal(form); }, LOCAL_MS);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
}
const forms = () => Array.from(document.querySelectorAll("form[data-draft]"));
const watchAll = () => forms().forEach(watch);
const saveAll = (closing) => forms().forEach((form) => save(form, closing));

if (person && window.fetch && window.AbortController) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("lc:draft:") && Date.now() - (read(key, {}).at || 0) > KEPT_MS) drop(key);
  }
  watchAll();
  setInterval(() => saveAll(false), REMOTE_MS);
  document.addEventListener("lian:save", () => saveAll(false));
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(true); });
  window.addEventListener("pagehide", () => saveAll(true));
  window.addEventListener("online", () => flush(0));
  document.addEventListener("htmx:afterSettle", watchAll);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-logout]")) return;
    const waiting = read(QUEUE, []).length;
    if (waiting && !window.confirm("还有 " + waiting + " 份内容没交上，要等您下次登录才会提交。仍要退出吗？")) { event.preventDefault(); return; }
    // On a shared computer nothing typed stays behind; what the server keeps comes back with the next login.
    for (const key of Object.keys(localStorage)) if (key.startsWith("lc:draft:" + person + ":")) drop(key);
  });
  flush(0);
}

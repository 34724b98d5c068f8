// Before an idle session locks, the page says so and keeps what was typed. Other tabs of the same person count as use.
const { idle, keepAlive, lock, person } = document.body.dataset;
const LIMIT_MS = Number(idle) * 1000;
const WARN_MS = Math.min(180000, LIMIT_MS / 4);
const SHARED = "lc:active:" + person;
const TOUCH_MS = 15000;

let last = Date.now();
let dialog = null;

const remember = (at) => {
  try { localStorage.setItem(SHARED, String(at)); } catch (full) { /* this tab alone, then */ }
};
const latest = () => {
  try { return Math.max(last, Number(localStorage.getItem(SHARED)) || 0); } catch (refused) { return last; }
};

// Every request restarts the server's clock; typing alone does not, so it is told at most every five minutes.
let told = Date.now();
async function stay() {
  told = Date.now();
  last = told;
  remember(last);
  if (dialog) dialog.close();
  if (keepAlive) await fetch(keepAlive, { credentials: "same-origin" }).catch(() => {});
}

function used() {
  const now = Date.now();
  if (dialog || now - last < TOUCH_MS) return;
  last = now;
  remember(now);
  if (now - told > 300000) stay();
}

function warn(minutes) {
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "idle-title");
    const title = document.createElement("h2");
    title.id = "idle-title";
    title.textContent = "还在办理吗？";
    const text = document.createElement("p");
    text.className = "sub";
    const row = document.createElement("div");
    row.className = "actions";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn primary";
    button.textContent = "继续办理";
    button.addEventListener("click", stay);
    row.append(button);
    dialog.append(title, text, row);
    dialog.addEventListener("close", () => { dialog.remove(); dialog = null; if (Date.now() - last > TOUCH_MS) stay(); });
    document.body.append(dialog);
    dialog.showModal();
  }
  dialog.querySelector("p").textContent = "您有一会儿没有操作了，大约 " + minutes + " 分钟后锁定。填写的内容会存成草稿，不会丢。";
}

function check() {
  const quiet = Date.now() - latest();
  if (quiet >= LIMIT_MS) {
    document.dispatchEvent(new CustomEvent("lian:save"));
    if (lock) location.assign(lock + "?next=" + encodeURIComponent(location.pathname + location.search));
  } else if (quiet >= LIMIT_MS - WARN_MS) {
    document.dispatchEvent(new CustomEvent("lian:save"));
    warn(Math.max(1, Math.ceil((LIMIT_MS - quiet) / 60000)));
  } else if (dialog) {
    last = latest();
    dialog.close();
  }
}

if (LIMIT_MS > 0) {
  remember(last);
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, used, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  setInterval(check, Math.min(TOUCH_MS, LIMIT_MS / 8));
}

// Menus that close, printing, copying plain text, and the protection token for htmx. Nothing here is needed to work.
const token = () => {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
};

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
};

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const print = event.target.closest("[data-print]");
  if (print) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// 复制到微信群: the text stands on the page; without clipboard rights it is selected for copying by hand.
async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.innerText.trim());
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = label; }, 2500);
  } catch (refused) {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    button.textContent = "已选中，请长按复制";
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});

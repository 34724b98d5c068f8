// 复制到微信群: one touch copies the plain text of the field. Without this script the text is marked and copied by hand.
async function copy(button) {
  const box = button.closest("[data-copy-box]");
  const field = box.querySelector("textarea");
  const said = box.querySelector("[role=status]");
  let done = false;
  try {
    // Absent where the office network has no certificate.
    await navigator.clipboard.writeText(field.value);
    done = true;
  } catch (refused) {
    box.querySelector("details").open = true;
    field.focus();
    field.select();
    done = document.execCommand("copy");
  }
  said.textContent = done ? "已复制，到微信群里长按粘贴" : "文字已选中，请长按复制";
}

for (const button of document.querySelectorAll("[data-copy-box] [data-copy]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// 无记名线上投票: the choice is sealed on this device before anything is sent; the teller's key is made and kept here.
const { keyPair, seal } = await import(document.querySelector("[data-sealedbox]").dataset.sealedbox);

const LENGTH = 32; // as rules.ballot_message: always as long, whatever was chosen
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const base64 = (data) => btoa(String.fromCharCode(...data));
const place = (poll) => "lc:seal:" + poll;

function message(choice) {
  return new TextEncoder().encode(("liancun-vote " + choice).padEnd(LENGTH));
}

for (const form of document.querySelectorAll("form[data-seal]")) {
  const says = form.querySelector("[data-seal-says]");
  const buttons = form.querySelectorAll("[data-choice]");
  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => {
      form.elements.sealed_ballot.value = base64(seal(message(button.dataset.choice), bytes(form.dataset.seal)));
      for (const each of buttons) each.disabled = true;
      says.textContent = "选票已密封，正在投出……";
      form.submit();
    });
  }
  says.textContent = "选票在本机密封后才发出。";
}

const making = document.querySelector("[data-make-key]");
if (making) {
  const begin = making.querySelector("[data-new-key]");
  const says = making.querySelector("[data-key-says]");
  begin.disabled = false;
  says.textContent = "请在开票时也会用的这台设备上生成。";
  begin.addEventListener("click", () => {
    const pair = keyPair();
    localStorage.setItem(place(making.dataset.poll), hex(pair.secretKey));
    making.querySelector("[data-private-key]").textContent = hex(pair.secretKey).match(/.{4}/g).join(" ");
    making.querySelector("[name=public_key]").value = hex(pair.publicKey);
    making.querySelector("[data-backup]").hidden = false;
    begin.hidden = true;
    says.textContent = "密钥已生成，请先备份，再登记。";
  });
  making.querySelector("[data-print]").addEventListener("click", () => window.print());
}

const opening = document.querySelector("[data-unseal]");
if (opening) {
  const field = opening.querySelector("[name=private_key]");
  const kept = localStorage.getItem(place(opening.dataset.poll));
  if (kept && !field.value) field.value = kept;
}

for (const over of document.querySelectorAll("[data-forget-key]")) localStorage.removeItem(place(over.dataset.poll));

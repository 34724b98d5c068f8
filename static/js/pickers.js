// Select2 names its parts by what is chosen alone; a screen reader must also hear the field's label.
function name(select) {
  const label = document.querySelector(`label[for="${select.id}"]`);
  const box = select.nextElementSibling;
  if (!label || !box) return;
  if (!label.id) label.id = select.id + "_label";
  const words = label.textContent.replace("*", "").trim();
  for (const part of box.querySelectorAll(".select2-selection__rendered, .select2-search__field")) {
    part.setAttribute("aria-label", words);
  }
  const chosen = box.querySelector(".select2-selection__rendered");
  const field = box.querySelector(".select2-selection");
  if (field && chosen && chosen.id) field.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
}

window.addEventListener("load", () => document.querySelectorAll("select.admin-autocomplete").forEach(name));

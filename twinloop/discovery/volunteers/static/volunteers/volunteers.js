// A long list of people: type a letter or two, the others step aside; who is ticked stays in sight.
(() => {
  for (const box of document.querySelectorAll("[data-people-find]")) {
    const choices = [...document.querySelectorAll(`#${box.dataset.peopleFind} .tl-choice`)];
    box.hidden = choices.length < 9;
    box.addEventListener("input", () => {
      const typed = box.value.trim().toLowerCase();
      for (const choice of choices) choice.hidden = !(!typed || choice.querySelector("input").checked || choice.dataset.find.toLowerCase().includes(typed));
    });
    box.addEventListener("keydown", e => {
      if (e.key !== "Enter") return;
      e.preventDefault();  // not the form: the one who is left is ticked
      const left = choices.filter(choice => !choice.hidden && !choice.querySelector("input").checked);
      if (left.length !== 1) return;
      left[0].querySelector("input").click();
      box.value = "";
      box.dispatchEvent(new Event("input"));
    });
  }
})();

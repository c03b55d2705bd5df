// 台账 by keyboard. A key waits until what it would act on is on the screen; none fires while somebody types.
"use strict";
(() => {
  const waiting = [];
  let busy = false;
  const triage = () => document.getElementById("triage");
  const detail = () => document.getElementById("detail");
  const picks = () => [...document.querySelectorAll("#triage a.pick")];
  const chosen = () => document.querySelectorAll("#picks input[name=ids]:checked").length;

  function typing(place) {
    return Boolean(place.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
  }

  function setBusy(value) {
    busy = value;
    const pane = detail();
    if (pane) pane.setAttribute("aria-busy", String(value));
    while (!busy && waiting.length) act(waiting.shift());
  }

  function makeCurrent(link) {
    for (const one of picks()) one.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    const number = document.querySelector("#picks input[name=number]");
    if (number && link.dataset.number) number.value = link.dataset.number;
  }

  function current() {
    return document.querySelector("#triage a.pick[aria-current]") || picks()[0];
  }

  function move(by) {
    const all = picks();
    const here = document.querySelector("#triage a.pick[aria-current]");
    const next = here ? all[all.indexOf(here) + by] : all[0];
    if (!next) {
      const page = document.querySelector(`#triage nav a[rel=${by > 0 ? "next" : "prev"}]`);
      if (page) page.click();
      else tell(by > 0 ? "已是最后一项" : "已是第一项", false);
      return;
    }
    makeCurrent(next);
    next.focus();
    if (!chosen()) next.click();  // with findings chosen, the steps stay theirs
  }

  function act(key) {
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    if (key === " ") {
      const link = current();
      const box = link && link.parentElement.querySelector("input[type=checkbox]");
      if (box) box.click();
      return undefined;
    }
    if (key === "/") return document.querySelector("#triage input[type=search]").focus();
    if (key === "?") return document.getElementById("keys").showModal();
    const place = document.querySelector(`#detail [data-key="${key}"]`);
    if (!place) return tell("现在的状态没有这一步", false);
    if (place.tagName !== "SUMMARY") return place.click();
    for (const other of document.querySelectorAll("#detail .steps details[open]")) other.open = false;
    place.parentElement.open = true;
    place.parentElement.querySelector("input:not([type=hidden])").focus();
    return undefined;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !triage()) return;
    if (document.getElementById("keys").open) return;
    if (event.key === "Escape" && typing(event.target)) {
      const link = current();
      if (link) link.focus();
      return;
    }
    if (typing(event.target)) return;
    let key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const inList = event.target === document.body || Boolean(event.target.closest("main")) && !event.target.closest("#detail, button, summary");
    if (inList && key === "ArrowDown") key = "j";
    if (inList && key === "ArrowUp") key = "k";
    if (key === " " && (!inList || event.target.matches("input[type=checkbox]"))) return;
    if (!["j", "k", " ", "c", "d", "n", "v", "r", "a", "o", "/", "?"].includes(key)) return;
    event.preventDefault();
    if (!busy) act(key);
    else if (!event.repeat && waiting.length < 20) waiting.push(key);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#show-keys")) document.getElementById("keys").showModal();
    const link = event.target.closest("#triage a.pick");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      makeCurrent(link);
      if (event.detail && window.matchMedia("(max-width: 60rem)").matches) triage().dataset.show = "detail";
    }
  });

  const ours = (event) => ["triage", "detail"].includes(event.detail.target && event.detail.target.id);
  document.addEventListener("htmx:beforeRequest", (event) => { if (ours(event)) setBusy(true); });
  for (const end of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
    document.addEventListener(end, () => { waiting.length = 0; setBusy(false); });
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!ours(event)) return;
    if (event.detail.target.id === "triage") {
      const problems = document.querySelector("#triage .problems");
      const link = current();
      if (problems) { waiting.length = 0; problems.focus(); } else if (link) { link.scrollIntoView({ block: "nearest" }); link.focus(); }
    } else if (triage().dataset.show) {
      delete triage().dataset.show;
      detail().scrollIntoView();
    }
    setBusy(false);
  });
})();

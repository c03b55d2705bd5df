// 检查稿件: what is typed is checked when the typing pauses. The text stays in this page, whatever becomes of the server.
"use strict";

(function () {
  const form = document.getElementById("draft");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const [side, tools, list, state, spoken] = ["side", "tools", "notes", "state", "spoken"].map(byId);
  const published = byId("published");
  const file = byId("file");
  const PAUSE = 400;
  const LONGEST_WAIT = 15000;
  const levels = new Set(["error", "warning", "suggestion"]);
  const isShown = (note) => levels.has(note.severity);
  const fields = { title: new MarkedField(byId("title"), isShown), body: new MarkedField(byId("text"), isShown) };
  const items = new Map();
  let composing = false;
  let timer = 0;
  let failures = 0;
  let took = 0;
  let asking = null;
  let current = null;
  let beyond = 0;

  const all = () => [...fields.title.notes, ...fields.body.notes];
  const shown = () => all().filter(isShown);
  const fieldOf = (note) => fields[note.part];
  const fieldOfArea = (area) => Object.values(fields).find((one) => one.area === area);
  const isEmpty = () => !fields.title.text.trim() && !fields.body.text.trim();

  function say(text, isWrong, link) {
    if (state.textContent === text + (link ? link.textContent : "")) return;
    state.className = isWrong ? "wrong" : "";
    state.replaceChildren(text, ...(link ? [link] : []));
  }

  // -- checking -----------------------------------------------------------------------------

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(check, wait);
  }

  function changed() {
    let lost = false;
    for (const field of Object.values(fields)) lost = field.follow() || lost;
    if (lost) showNotes();
    if (!composing) later(Math.max(PAUSE, Math.min(2 * took, 3000)));
  }

  async function check() {
    clearTimeout(timer);
    if (composing) return;
    if (asking) asking.abort();
    if (isEmpty()) {
      failures = 0;
      return take({ notes: [], beyond: 0, unchecked: [] }, "还没有文字");
    }
    const own = new AbortController();
    asking = own;
    const limit = setTimeout(() => own.abort("late"), 60000);
    const slow = setTimeout(() => { if (!failures) say("正在检查…"); }, 700);
    const began = performance.now();
    const texts = { title: fields.title.text, text: fields.body.text };
    try {
      const answer = await fetch(form.dataset.now, {
        method: "POST",
        headers: { "Content-Type": "application/json", "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) },
        body: JSON.stringify({ ...texts, published: published.value || null }),
        signal: own.signal,
      });
      if (own !== asking) return undefined;
      if (answer.ok) {
        const found = await answer.json();
        if (own !== asking || texts.title !== fields.title.text || texts.text !== fields.body.text) return undefined;
        took = performance.now() - began;
        failures = 0;
        return take(found);
      }
      return refused(answer.status, await answer.text());
    } catch (error) {
      if (own !== asking) return undefined;
      return retry("连不上服务器。文字都在本页，正在重试…");
    } finally {
      clearTimeout(limit);
      clearTimeout(slow);
    }
  }

  function retry(said, link) {
    failures += 1;
    say(said, true, link);
    later(Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT));
  }

  async function refused(status, said) {
    if (status === 401 || status === 403) {
      if (await renewed()) return failures < 3 ? (failures += 1, check()) : retry(said);
      const link = document.createElement("a");
      link.href = "/login";
      link.target = "_blank";
      link.textContent = "请在新窗口登录";
      return retry("登录已过期。文字都在本页，登录后自动继续检查：", link);
    }
    if (status >= 500 || status === 429) return retry("服务器暂时不能检查。文字都在本页，正在重试…");
    return say(said && !said.startsWith("<") ? said : "没有查成，请稍后再试", true);
  }

  // After a new sign-in the forms of this page are of a session that is over: they take over the new one's mark.
  async function renewed() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return false;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const mark = fresh.body.getAttribute("hx-headers");
      if (mark === document.body.getAttribute("hx-headers")) return false;
      document.body.setAttribute("hx-headers", mark);
      const name = form.querySelector('input[type="hidden"]').name;
      const value = fresh.querySelector(`input[name="${name}"]`).value;
      for (const one of document.querySelectorAll(`input[name="${name}"]`)) one.value = value;
      return true;
    } catch (error) {
      return false;
    }
  }

  function take(found, said) {
    const old = current;
    for (const [part, field] of Object.entries(fields)) {
      field.current = null;
      field.set(found.notes.filter((note) => note.part === part));
    }
    current = null;
    if (old) point(all().find((one) => one.mark === old.mark) || null);
    beyond = found.beyond;
    byId("untold").replaceChildren(...found.unchecked.map((one) => element("li", "", `未能检查：${one}`)));
    showNotes();
    say(said || summary());
  }

  function summary() {
    const some = all().length;
    const more = beyond ? `，另有${beyond}处未列出，改正后再列` : "";
    return some ? `发现${some}处问题${more}` : "没有发现问题";
  }

  // -- notes beside the text ------------------------------------------------------------------

  function element(name, kind, text) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (text) made.textContent = text;
    return made;
  }

  function itemOf(note) {
    const item = element("li", note.severity);
    const what = element("button", "what");
    what.type = "button";
    what.append(element("span", `tag ${note.severity}`, note.label), " ", element("span", "", note.match));
    if (note.advice && note.advice !== note.match) what.append(" → ", element(note.use ? "ins" : "span", "", note.advice));
    what.addEventListener("click", () => {
      fieldOf(item.note).area.inputMode = "none"; // on a phone no keyboard covers what is shown
      select(item.note);
    });
    item.append(what, element("p", "", note.why), element("p", "muted source", `依据：${note.source}`));
    if (note.use) {
      const button = element("button", "take", "采纳");
      button.type = "button";
      button.setAttribute("aria-label", `采纳：把“${note.match}”改为“${note.use}”`);
      button.addEventListener("click", () => accept(item.note, "list"));
      item.append(button);
    }
    return item;
  }

  function showNotes() {
    const focused = document.activeElement;
    const top = list.scrollTop;
    const old = new Map(items);
    items.clear();
    for (const note of shown()) {
      const item = old.get(note.mark) || itemOf(note);
      item.note = note;
      if (note === current) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
      items.set(note.mark, item);
    }
    list.replaceChildren(...items.values());
    list.scrollTop = top;
    if (focused && focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true });
    const every = all();
    tools.hidden = !every.length && isEmpty();
    for (const one of tools.querySelectorAll("[data-count]")) one.textContent = every.filter((note) => note.severity === one.dataset.count).length;
    const safe = shown().filter((note) => note.safe).length;
    byId("all").disabled = !safe;
    byId("all").textContent = safe ? `全部采纳（${safe}处）` : "全部采纳";
  }

  // Makes a note the current one: its mark and its place in the list are shown.
  function point(note) {
    if (note === current) return;
    for (const field of Object.values(fields)) {
      const own = note && fieldOf(note) === field ? note : null;
      if (field.current === own) continue;
      field.current = own;
      field.draw();
    }
    current = note;
    for (const item of items.values()) item.removeAttribute("aria-current");
    const item = note && items.get(note.mark);
    if (!item) return;
    item.setAttribute("aria-current", "true");
    const [above, below] = [item.offsetTop - list.scrollTop, item.offsetTop + item.offsetHeight - list.scrollTop - list.clientHeight];
    if (above < 0) list.scrollTop += above;
    else if (below > 0) list.scrollTop += Math.min(above, below);
  }

  function select(note) {
    const field = fieldOf(note);
    point(note);
    field.area.focus({ preventScroll: true });
    field.area.setSelectionRange(note.start, note.end);
    const mark = field.markOf(note);
    if (mark) mark.scrollIntoView({ block: "nearest" });
    const order = shown();
    const fix = note.use ? `，应为“${note.use}”，按Alt加回车采纳` : "";
    spoken.textContent = `第${order.indexOf(note) + 1}处，共${order.length}处：${note.label}，“${note.match}”${fix}。${note.why}`;
  }

  function go(step) {
    const order = shown();
    if (!order.length) return;
    let next = current ? order.indexOf(current) + step : -1;
    if (!current) {
      const field = fieldOfArea(document.activeElement) || fields.body;
      const at = field.area.selectionStart;
      const rank = (note) => (fieldOf(note) === field ? note.start >= at : field === fields.title);
      next = order.findIndex(rank);
      if (step < 0) next = next < 0 ? order.length - 1 : next - 1;
    }
    select(order[(next + order.length) % order.length]);
  }

  // -- accepting -------------------------------------------------------------------------------

  function accept(note, from) {
    const field = fieldOf(note);
    if (!field.notes.includes(note) || !note.use) return;
    const place = shown().indexOf(note);
    overwrite(field.area, note.start, note.end, note.use);
    changed();
    spoken.textContent = `已改为“${note.use}”`;
    const next = shown()[Math.min(place, shown().length - 1)];
    if (!next) return;
    if (from === "keys") select(next);
    else {
      point(next);
      const item = items.get(next.mark);
      (item.querySelector(".take") || item.querySelector(".what")).focus({ preventScroll: true });
    }
  }

  function acceptAll() {
    let number = 0;
    for (const field of Object.values(fields)) {
      const safe = field.notes.filter((note) => isShown(note) && note.safe);
      if (!safe.length) continue;
      number += safe.length;
      const [start, end] = [safe[0].start, safe[safe.length - 1].end];
      let words = "";
      let at = start;
      for (const note of safe) {
        words += field.text.slice(at, note.start) + note.use;
        at = note.end;
      }
      overwriteMany(field.area, start, end, words); // one step for undo
    }
    changed();
    check();
    spoken.textContent = `已采纳${number}处`;
  }

  // -- what a person does ------------------------------------------------------------------------

  for (const field of Object.values(fields)) {
    field.area.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
    field.area.addEventListener("compositionend", () => { composing = false; changed(); });
    field.area.addEventListener("input", changed);
    field.area.addEventListener("pointerdown", () => { field.area.inputMode = ""; });
  }
  fields.title.area.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing && !event.altKey) event.preventDefault(); });
  published.addEventListener("change", () => later(0));
  document.addEventListener("selectionchange", () => {
    const field = fieldOfArea(document.activeElement);
    if (!field || composing) return;
    const at = field.area.selectionStart;
    const here = field.notes.find((note) => isShown(note) && note.start <= at && at <= note.end);
    if (here !== current && !(current && fieldOf(current) === field && current.start <= at && at <= current.end)) point(here || null);
  });
  form.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    if (isUndo && fieldOfArea(event.target) && takenBack(event.target)) event.preventDefault();
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") go(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && current) accept(current, "keys");
    else return;
    event.preventDefault();
  });
  tools.addEventListener("change", (event) => {
    if (event.target.checked) levels.add(event.target.value);
    else levels.delete(event.target.value);
    if (current && !isShown(current)) point(null);
    for (const field of Object.values(fields)) field.draw();
    showNotes();
  });
  byId("all").addEventListener("click", acceptAll);
  byId("undo").addEventListener("click", () => {
    if (Object.values(fields).some((field) => takenBack(field.area))) return;
    (fieldOfArea(document.activeElement) || fields.body).area.focus({ preventScroll: true });
    document.execCommand("undo");
  });
  // 送审 opens beside this page: whatever becomes of it there, the text stays here.
  byId("hand-on").addEventListener("submit", (event) => {
    event.target.elements.title.value = fields.title.text;
    event.target.elements.text.value = fields.body.text;
  });
  window.addEventListener("beforeunload", (event) => { if (!isEmpty()) event.preventDefault(); });

  let handedIn = null;

  // -- files ----------------------------------------------------------------------------------------

  function isTooLarge(one) {
    const most = Number(form.dataset.most);
    if (one.size <= most) return false;
    tell(`${one.name}：文件${Math.ceil(one.size / 1048576)}MB，超过上限${Math.floor(most / 1048576)}MB`, true);
    return true;
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (file.files.length && !isTooLarge(file.files[0])) {
      handedIn = file.files[0];
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!file.files.length) tell("请先选择稿件文件，或把文件拖到本页", true);
  }, true);
  const bringsFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    byId("drop").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) byId("drop").classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    byId("drop").classList.remove("over");
    if (!bringsFiles(event) || !event.dataTransfer.files.length) return;
    event.preventDefault();
    if (event.dataTransfer.files.length > 1) tell("一次检查一个文件，先查第一个", false);
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    file.files = one.files;
    form.requestSubmit(byId("check-file"));
  });
  async function wordFile(button) {
    if (!handedIn) return;
    const sent = new FormData();
    sent.append("file", handedIn);
    sent.append("published", published.value);
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
      const answer = await fetch(`${form.getAttribute("action")}/word`, { method: "POST", body: sent, headers });
      if (!answer.ok) {
        const said = await answer.text();
        tell(answer.status === 401 ? "登录已过期，请重新登录" : said || "没有成功，请稍后再试", true);
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = decodeURIComponent(answer.headers.get("Content-Disposition").split("''")[1]);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      tell(decodeURIComponent(answer.headers.get("X-Said")), false);
    } catch (error) {
      tell("连不上服务器，请检查网络后再试；已填的内容还在", true);
    } finally {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }

  const showTools = () => { for (const one of document.querySelectorAll("[data-tools]")) one.hidden = false; };
  document.addEventListener("htmx:afterSwap", () => {
    const result = byId("result");
    showTools();
    result.focus({ preventScroll: true });
    result.scrollIntoView({ block: "start" });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-word]")) wordFile(event.target.closest("[data-word]"));
    if (event.target.closest("[data-close]")) {
      const result = byId("result");
      result.hidden = true;
      result.replaceChildren();
      file.value = "";
      file.focus();
    }
  });

  side.hidden = false;
  showNotes();
  if (!isEmpty()) later(0);
})();

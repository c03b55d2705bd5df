// A textarea over a mirror of its own text: the mirror, which lies behind, carries the marks. Places are UTF-16 units.
"use strict";

class MarkedField {
  // notes: {start, end, severity, …}, in order of their places; none of them is touched but for its places.
  constructor(area, isShown) {
    this.area = area;
    this.mirror = area.previousElementSibling;
    this.isShown = isShown;
    this.text = "";
    this.lines = [];
    this.notes = [];
    this.current = null;
    this.follow();
  }

  // Takes in what the textarea holds now: notes move with the text, those inside the change are given up.
  // Gives back whether notes were given up; null where nothing changed.
  follow() {
    const before = this.text;
    const now = this.area.value;
    if (now === before && this.lines.length) return null;
    const [at, removed, added] = change(before, now);
    const kept = this.notes.filter((note) => note.end <= at || note.start >= at + removed);
    const lost = kept.length < this.notes.length;
    for (const note of kept) {
      if (note.start >= at + removed && (removed || note.end > at)) {
        note.start += added - removed;
        note.end += added - removed;
      }
    }
    this.text = now;
    this.notes = kept;
    if (lost && !kept.includes(this.current)) this.current = null;
    this.draw();
    return lost;
  }

  set(notes) {
    this.notes = notes;
    this.draw();
  }

  markOf(note) {
    const number = this.notes.indexOf(note);
    return number < 0 ? null : this.mirror.querySelector(`mark[data-n="${number}"]`);
  }

  // Draws anew the lines that changed, and no others: a long text stays quick.
  draw() {
    const texts = this.text.split("\n");
    this.keepLines(texts);
    const marks = this.marksByLine(texts);
    for (let i = 0; i < this.lines.length; i += 1) {
      const line = this.lines[i];
      const key = marks.has(i) ? marks.get(i).map((one) => one.join()).join(";") : "";
      if (line.key === key) continue;
      line.key = key;
      fill(line.node, line.text, marks.get(i) || []);
    }
  }

  keepLines(texts) {
    const old = this.lines;
    const most = Math.min(old.length, texts.length);
    let head = 0;
    while (head < most && old[head].text === texts[head]) head += 1;
    let tail = 0;
    while (tail < most - head && old[old.length - 1 - tail].text === texts[texts.length - 1 - tail]) tail += 1;
    const fresh = texts.slice(head, texts.length - tail).map((text) => {
      const node = document.createElement("div");
      fill(node, text, []);
      return { text, node, key: "" };
    });
    for (const line of old.slice(head, old.length - tail)) line.node.remove();
    const next = old.length - tail < old.length ? old[old.length - tail].node : null;
    const batch = document.createDocumentFragment();
    for (const line of fresh) batch.append(line.node);
    this.mirror.insertBefore(batch, next);
    this.lines = [...old.slice(0, head), ...fresh, ...old.slice(old.length - tail)];
  }

  // Line → [start, end in the line, severity, number of the note, whether it is the current one].
  marksByLine(texts) {
    const found = new Map();
    let line = 0;
    let begin = 0;
    let drawn = 0;
    for (const [number, note] of this.notes.entries()) {
      if (!this.isShown(note)) continue;
      let at = Math.max(note.start, drawn);
      drawn = Math.max(drawn, note.end);
      while (at < note.end) {
        while (at > begin + texts[line].length) {
          begin += texts[line].length + 1;
          line += 1;
        }
        const end = Math.min(note.end, begin + texts[line].length);
        if (end > at) {
          if (!found.has(line)) found.set(line, []);
          found.get(line).push([at - begin, end - begin, note.severity, number, note === this.current ? 1 : 0]);
        }
        at = end + 1;
      }
    }
    return found;
  }
}

// Where two texts differ: [place, units removed, units added].
function change(before, now) {
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === now.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)) tail += 1;
  return [head, before.length - head - tail, now.length - head - tail];
}

function fill(node, text, marks) {
  node.replaceChildren();
  let at = 0;
  for (const [start, end, severity, number, isCurrent] of marks) {
    if (start > at) node.append(text.slice(at, start));
    const mark = document.createElement("mark");
    mark.className = severity;
    mark.dataset.n = number;
    if (isCurrent) mark.dataset.current = "";
    mark.textContent = text.slice(start, end);
    node.append(mark);
    at = end;
  }
  if (at < text.length) node.append(text.slice(at));
  if (!text) node.append(document.createElement("br"));
}

// Writes `words` over a stretch of a textarea so that the browser's own undo takes it back.
function overwrite(area, start, end, words) {
  area.inputMode = "none"; // no keyboard rises over the page of a phone
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  const done = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
  if (!done) {
    area.setRangeText(words, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.inputMode = "";
}

// The same for a long stretch, over which the browser itself takes minutes. Its undo is `takenBack`.
const FEW_LINES = 30;
const SHORT = 50000;
const writtenOver = [];

function overwriteMany(area, start, end, words) {
  const before = area.value;
  if (before.length <= SHORT && before.slice(start, end).split("\n").length <= FEW_LINES) {
    overwrite(area, start, end, words);
    return;
  }
  area.setRangeText(words, start, end, "end");
  writtenOver.push({ area, before, after: area.value, start });
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Takes back what was written over last, if the text is still as that left it; gives back whether it was.
function takenBack(area) {
  const last = writtenOver[writtenOver.length - 1];
  if (!last || last.area !== area || area.value !== last.after) return false;
  writtenOver.pop();
  area.value = last.before;
  area.setSelectionRange(last.start, last.start);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// 通报: a number that was pressed opens its evidence beside the text; the reader is taken there, and back.
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "evidence") return;
  const heading = document.getElementById("evidence-title");
  const narrow = window.matchMedia("(max-width: 48rem)").matches;
  event.detail.target.scrollTop = 0;
  heading.focus({ preventScroll: !narrow });
});

document.addEventListener("click", (event) => {
  const back = event.target.closest("#evidence a.back");
  if (!back) return;
  event.preventDefault();
  document.getElementById(back.hash.slice(1))?.focus();
});

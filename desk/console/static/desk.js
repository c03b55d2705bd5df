// What every page has: what went wrong is told where a screen reader hears it; charts follow the window.
"use strict";

function tell(text, isWrong) {
  const told = document.getElementById("told");
  told.className = isWrong ? "wrong" : "";
  told.textContent = text;
  clearTimeout(tell.timer);
  if (text) tell.timer = setTimeout(() => { told.textContent = ""; }, isWrong ? 15000 : 5000);
}

document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  const isText = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  tell(isText && answer.responseText ? answer.responseText : "没有成功，请稍后再试", true);
});
document.addEventListener("htmx:sendError", () => tell("连不上服务器，请检查网络后再试；已填的内容还在", true));
document.addEventListener("tell", (event) => tell(event.detail.value, false));

// <div class="chart" data-chart="id of a script type=application/json">: an ECharts option, made by the server.
function drawCharts(root) {
  if (!window.echarts) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  for (const place of root.querySelectorAll("[data-chart]")) {
    const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.init(place, dark ? "dark" : null, { renderer: "svg" });
    chart.setOption({ backgroundColor: "transparent", ...option });
    window.addEventListener("resize", () => chart.resize());
  }
}
document.addEventListener("DOMContentLoaded", () => drawCharts(document));
document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) drawCharts(event.detail.elt); });

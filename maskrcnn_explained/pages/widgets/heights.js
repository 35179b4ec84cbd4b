if (!window.mrxHeights) {
  window.mrxHeights = true;
  window.addEventListener("message", ({ data, source }) => {
    if (!data || typeof data.mrxHeight !== "number") return;
    for (const frame of document.querySelectorAll("iframe.mrx-widget"))
      if (frame.contentWindow === source) frame.style.height = Math.min(Math.max(data.mrxHeight, 80), 3000) + "px";
  });
}
for (const frame of document.querySelectorAll("iframe.mrx-widget"))
  if (frame.contentWindow) frame.contentWindow.postMessage("height?", "*");

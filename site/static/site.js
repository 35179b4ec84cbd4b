// The moving picture of the start page: one step after the other, with buttons to stop and to step;
// and figures that open in full size.
const SECONDS = 3.2; // per step

function showStep(walk, index) {
  for (const list of [walk.querySelectorAll("img"), walk.querySelectorAll("li")]) {
    list.forEach((one, i) => one.classList.toggle("shown", i === index));
  }
}

function button(words, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = sign;
  made.setAttribute("aria-label", words);
  made.title = words;
  made.addEventListener("click", act);
  return made;
}

function startWalk(walk) {
  const count = walk.querySelectorAll("img").length;
  let index = 0;
  let timer = null;
  const go = (next) => {
    index = (next + count) % count;
    showStep(walk, index);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    pause.textContent = "▶";
    pause.setAttribute("aria-label", "Play");
  };
  const play = () => {
    timer = setInterval(() => go(index + 1), SECONDS * 1000);
    pause.textContent = "❚❚";
    pause.setAttribute("aria-label", "Stop");
  };
  const pause = button("Stop", "❚❚", () => (timer ? stop() : play()));
  const step = (by) => () => {
    stop();
    go(index + by);
  };
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  buttons.append(button("Step back", "‹", step(-1)), pause, button("Next step", "›", step(1)));
  walk.append(buttons);
  go(0);
  // Nobody who asked for less motion gets any that they did not start.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) stop();
  else play();
}

document.querySelectorAll(".walk").forEach(startWalk);

// A figure of a notebook opens in full size, which a phone needs.
for (const image of document.querySelectorAll(".cell_output img")) {
  if (image.closest("a")) continue;
  const link = document.createElement("a");
  link.href = image.getAttribute("src");
  image.replaceWith(link);
  link.append(image);
}

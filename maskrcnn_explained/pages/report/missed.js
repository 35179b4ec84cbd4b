// Where nothing was found: the best proposal at the point of a click, and why it was lost.
const { missed } = DATA;
const whyLayer = draw(views.result.svg, "g", { id: "why-box" });

function tellWhy(one) {
  whyLayer.replaceChildren();
  if (one) frame(whyLayer, one.box, PROPOSAL, DOTTED);
  say("why-own", one
    ? `The proposal ${list(one.box, 0)} (dotted) has an objectness of ${one.objectness.toFixed(3)}. No detection came of it: ${one.why}.`
    : `Of the best ${missed.length} proposals without a detection none lies there.`);
}

views.result.svg.addEventListener("click", (event) => {
  if (event.target.classList.contains("instance")) return tellWhy(null), say("why-own", "");
  const [y, x] = place(views.result.svg, event);
  tellWhy(missed.find(({ box }) => y >= box[0] && x >= box[1] && y < box[2] && x < box[3]));
});

for (const one of missed) {
  const line = document.createElement("li"), button = document.createElement("button");
  button.textContent = `objectness ${one.objectness.toFixed(3)}, box ${list(one.box, 0)}`;
  button.addEventListener("click", () => tellWhy(one));
  line.append(button);
  byId("why-list").append(line);
}
byId("why-all").hidden = !missed.length;

// The page begins: other models, the stages at the side, the first photograph, the network.
for (const { title, href, here } of DATA.others ?? [])
  byId("models").append(
    make("a", { href, "aria-current": here ? "page" : undefined, title }, title.split(":")[0]),
  );

byId("stages").prepend(
  make("li", {}, make("a", { href: "#photo" }, make("span", { class: "number" }, "↑"), " Photograph")),
);
say("classes", facts.class_line);
followReader();
choose(-1);
startEngine();
openUrl(DATA.photos[0].image, DATA.photos[0]);
window.explorer = state; // for tests, and for the curious

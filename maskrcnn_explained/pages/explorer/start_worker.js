// Start the worker from the page itself: its script and the networks stand in elements of the page.

// A Worker that has the packed files; send it {type: "start"}. Protocol: worker.js.
export function startWorker() {
  const take = (id) => {
    const element = document.getElementById(id), text = element.textContent;
    element.remove(); // once is enough: they are large
    return text;
  };
  const url = URL.createObjectURL(new Blob([take("worker")], {type: "text/javascript"}));
  const worker = new Worker(url);
  const names = ["runtime", "wasm", "trunk", "box_head", "mask_head"];
  const parts = Object.fromEntries(names.map((name) => [name, take(name)]));
  worker.postMessage({type: "parts", parts});
  return worker;
}

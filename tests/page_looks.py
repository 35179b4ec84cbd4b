"""What can be seen to be wrong with a page: in a browser, by measuring."""

# wide: what is wider than the screen; broken: pictures that did not load; raw: formulas that stayed
# text; faint: text whose contrast with its ground is below what WCAG 2.2 asks for (1.4.3).
LOOK = """() => {
  const right = (e) => e.getBoundingClientRect().right;
  const all = [...document.querySelectorAll("body *")];
  const numbers = (colour) => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = ([r, g, b, a], ground) => [r, g, b].map((v, i) => v * a + ground[i] * (1 - a));
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => rgb.map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const groundOf = (e) => {
    if (!e) return [255, 255, 255];
    const own = numbers(getComputedStyle(e).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, groundOf(e.parentElement));
  };
  const isFaint = (e) => {
    const { color, fontSize, fontWeight } = getComputedStyle(e), ground = groundOf(e);
    const [low, high] = [light(over(numbers(color), ground)), light(ground)].sort((a, b) => a - b);
    const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
    return (high + 0.05) / (low + 0.05) < (large ? 3 : 4.5);
  };
  const texts = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
    && !e.closest("svg, mjx-container, script, style, noscript")
    && e.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
  const shown = (found) => found.slice(0, 5).map((e) => e.outerHTML.slice(0, 90));
  return {
    wide: document.documentElement.scrollWidth > innerWidth
      ? shown(all.filter((e) => right(e) > innerWidth + 1)) : [],
    broken: [...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.src),
    raw: document.querySelectorAll(".math:not(:has(mjx-container))").length,
    faint: shown(texts.filter(isFaint)),
  };
}"""
FINE = dict(wide=[], broken=[], raw=0, faint=[])

// What is wrong with a page as it is drawn: `pageFaults(window)` gives sentences, `faintTexts(window)` those about colours,
// `drawnRuns(window)` the pieces of text whose fonts are to be asked for. They know nothing of the page, and look at
// every element and text of it.

const MARK = /\p{M}|[\u0e30\u0e32\u0e33\u0eb0\u0eb2\u0eb3\u0ebd]/u; // Thai and Lao vowels that stand behind a letter
const LEADER = /[\u0e40-\u0e44\u0ec0-\u0ec4\u17d2\u09cd\u094d]$/u; // vowels before a letter, and what joins two
const SCRIPTS = ["Latin", "Khmer", "Lao", "Bengali", "Thai", "Devanagari"];
const RUN = new RegExp(
  SCRIPTS.map((script) => `[\\p{Script=${script}}\\p{Script=Inherited}]+`).join("|") +
    "|[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー]+|[^\\s\\p{Cf}]",
  "gu",
);

function* shownTexts(win) {
  const walker = win.document.createTreeWalker(win.document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && node.parentElement.getClientRects().length) yield node;
  }
}

const languageOf = (node) => node.parentElement.closest("[lang]").lang;
const px = (value) => parseFloat(value) || 0;

function block(element, win) {
  while (win.getComputedStyle(element).display.startsWith("inline")) element = element.parentElement;
  return element;
}

function rectsOf(node, from, to) {
  const range = node.ownerDocument.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  return [...range.getClientRects()];
}

const linesOf = (node, from, to) => new Set(rectsOf(node, from, to).map((rect) => Math.round(rect.bottom))).size;

function pageFaults(win) {
  const faults = [];
  const root = win.document.documentElement;
  if (root.scrollWidth > win.innerWidth) {
    faults.push(`the page is ${root.scrollWidth} px wide in a window of ${win.innerWidth} px`);
  }
  for (const element of win.document.body.querySelectorAll("*")) faults.push(...boxFaults(element, win));
  for (const node of shownTexts(win)) {
    for (const fault of textFaults(node, win)) faults.push(`${fault}: "${node.data.trim().slice(0, 40)}"`);
  }
  return [...faults, ...faintTexts(win)];
}

function faintTexts(win) {
  return [...shownTexts(win)]
    .map((node) => [contrast(node.parentElement, win), node.data.trim().slice(0, 40)])
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, said]) => `faint text (${ratio.toFixed(1)}:1): "${said}"`);
}

function boxFaults(element, win) {
  const hides = win.getComputedStyle(element).overflow !== "visible";
  const wide = element.clientWidth && element.scrollWidth > element.clientWidth + 1;
  const high = hides && element.clientHeight && element.scrollHeight > element.clientHeight + 1;
  if (!wide && !high) return [];
  return [`a ${element.localName} ${hides ? "cuts off" : "does not hold"} its text: "${element.innerText.slice(0, 40)}"`];
}

function* textFaults(node, win) {
  const style = win.getComputedStyle(node.parentElement);
  const around = block(node.parentElement, win);
  if (leaves(node, around, win)) yield "text leaves its box";
  if (inkHeight(node.data, style) > lineHeight(node.parentElement, around, win) + 0.5) yield "marks touch the next line";
  if (px(style.fontSize) < 16) yield `text of ${style.fontSize}`;
  if (style.fontStyle !== "normal") yield "slanted text";
  if (style.letterSpacing !== "normal") yield "letters are set apart";
  if (style.textTransform !== "none") yield "letters are changed";
  if (linesOf(node, 0, node.length) > 1) yield* breakFaults(node);
}

function leaves(node, around, win) {
  const style = win.getComputedStyle(around);
  const box = around.getBoundingClientRect();
  const [left, right] = [box.left + px(style.borderLeftWidth), box.right - px(style.borderRightWidth)];
  return rectsOf(node, 0, node.length).some((rect) => rect.width && (rect.left < left - 1 || rect.right > right + 1));
}

function inkHeight(text, style) {
  const canvas = (inkHeight.canvas ??= document.createElement("canvas").getContext("2d"));
  canvas.font = style.font;
  const ink = canvas.measureText(text);
  return ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent;
}

function lineHeight(element, around, win) {
  return Math.max(...[element, around].map((each) => px(win.getComputedStyle(each).lineHeight)));
}

// Where a line ends inside a word. Links and addresses (zxx: in no language) have no place to break, Japanese breaks
// between any two signs, and no box holds a word of more than 24 letters.
function* breakFaults(node) {
  const text = node.data;
  for (let at = 1; at < text.length; at++) {
    const joined = MARK.test(text[at]) || (LEADER.test(text[at - 1]) && !/[\s\u200b-\u200d]/.test(text[at]));
    if (joined && linesOf(node, at - 1, at + 1) > 1) yield `a line begins with half a letter (${text.slice(at - 1, at + 1)})`;
  }
  if (["ja", "zxx"].includes(languageOf(node)) || node.parentElement.closest("a")) return;
  for (const word of new Intl.Segmenter(languageOf(node), { granularity: "word" }).segment(text)) {
    const { index, segment } = word;
    if (word.isWordLike && segment.length <= 24 && linesOf(node, index, index + segment.length) > 1) {
      yield `a word is torn (${segment})`;
    }
  }
}

function contrast(element, win) {
  const [light, dark] = [win.getComputedStyle(element).color, ground(element, win)].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function ground(element, win) {
  for (; element; element = element.parentElement) {
    const colour = win.getComputedStyle(element).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour;
  }
  return "rgb(255, 255, 255)";
}

// Relative luminance as WCAG 2 defines it.
function luminance(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Words and single signs, each in one script, with how they are set; every one once.
function drawnRuns(win) {
  const runs = new Map();
  for (const node of shownTexts(win)) {
    const style = win.getComputedStyle(node.parentElement);
    for (const [text] of node.data.matchAll(RUN)) {
      const run = { text, language: languageOf(node), family: style.fontFamily, weight: style.fontWeight };
      runs.set(Object.values(run).join("|"), run);
    }
  }
  return [...runs.values()];
}

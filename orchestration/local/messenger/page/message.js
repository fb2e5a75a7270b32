// A message as the Send API carries it -> what Messenger shows of it.
import { h, icon } from "./dom.js";

const LINK = /https?:\/\/[^\s]+[^\s.,;:!?)\]}'"”」]/g;

// `tap(title, payload)` is called for a postback button.
export function render(entry, words, tap) {
  const { message, by } = entry;
  const row = h("div", { class: `row ${by === "page" ? "theirs" : "mine"}`, title: new Date(entry.at_ms).toLocaleTimeString() });
  row.append(h("span", { class: "unseen" }, by === "page" ? words.bot : words.you));
  if (message.text) row.append(h("div", { class: "bubble", dir: "auto" }, linked(message.text)));
  const attachments = message.attachments || (message.attachment ? [message.attachment] : []);
  attachments.forEach((one) => row.append(attachment(one, words, tap)));
  return row;
}

function attachment({ type, payload }, words, tap) {
  if (type === "template" && payload.template_type === "generic") return carousel(payload.elements, words, tap);
  if (type === "template") {
    return h("div", { class: "bubble buttoned", dir: "auto" }, linked(payload.text), buttons(payload.buttons, words, tap));
  }
  if (type === "sticker") return h("img", { class: "sticker", src: payload.url, alt: words.sticker });
  if (type === "image") return h("img", { class: "photo", src: payload.url, alt: words.image });
  return h("a", { class: "bubble", href: payload.url, target: "_blank", rel: "noopener" }, type);
}

function carousel(elements, words, tap) {
  const list = h("ul", { class: "cards", tabindex: "0", "aria-label": words.cards(elements.length) });
  list.append(...elements.map((element) => card(element, words, tap)));
  const move = (cards) => () => list.scrollBy({ left: cards * list.firstChild.offsetWidth, behavior: "smooth" });
  const earlier = h("button", { class: "arrow earlier", "aria-label": words.earlier, onclick: move(-1) }, icon("left"));
  const later = h("button", { class: "arrow later", "aria-label": words.later, onclick: move(1) }, icon("right"));
  const look = () => {
    earlier.hidden = list.scrollLeft < 8;
    later.hidden = list.scrollLeft + list.clientWidth > list.scrollWidth - 8;
  };
  list.addEventListener("scroll", look);
  new ResizeObserver(look).observe(list);
  return h("div", { class: "carousel" }, list, earlier, later);
}

function card(element, words, tap) {
  const [first, ...rest] = (element.subtitle || "").split("\n");
  const head = [
    picture(element),
    h("div", { class: "about" }, h("strong", { dir: "auto" }, element.title), h("p", { dir: "auto" }, first, ...rest.map((line) => h("span", {}, line)))),
  ];
  const action = element.default_action;
  const top = action
    ? h("a", { class: "top", href: action.url, target: "_blank", rel: "noopener", "aria-label": `${element.title}, ${words.opens}` }, ...head)
    : h("div", { class: "top" }, ...head);
  return h("li", { class: "card" }, top, buttons(element.buttons, words, tap));
}

// The picture, over a colour and a letter of the card's own that stay where it cannot be had.
function picture(element) {
  const letter = [...element.title.trim()][0] || "♪";
  const frame = h("div", { class: "picture", "aria-hidden": "true" }, h("span", {}, letter.toUpperCase()));
  const hue = [...element.title].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 360, 7);
  frame.style.setProperty("--hue", hue);
  if (element.image_url) {
    const image = h("img", { src: element.image_url, alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
    image.addEventListener("error", () => image.remove());
    frame.append(image);
  }
  return frame;
}

function buttons(list, words, tap) {
  if (!list || !list.length) return "";
  return h("div", { class: "buttons" }, list.map((button) =>
    button.type === "web_url"
      ? h("a", { href: button.url, target: "_blank", rel: "noopener", dir: "auto" }, button.title, icon("out"), h("span", { class: "unseen" }, words.opens))
      : h("button", { type: "button", dir: "auto", onclick: () => tap(button.title, button.payload) }, button.title)));
}

function linked(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index), h("a", { href: found[0], target: "_blank", rel: "noopener" }, found[0]));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

// One person's Messenger: the thread, what can be tapped, the field to type in.
import { h, icon } from "./dom.js";
import { render } from "./message.js";
import { WORDS } from "./words.js";

const WAIT_SECONDS = 20;

export class Person {
  constructor(id, number, language) {
    Object.assign(this, { id, number, language, entries: [], version: -1, epoch: -1, profile: {} });
    this.element = h("section", { class: "person", id: `person-${number}` });
    this.draw();
    this.begin();
  }

  get words() { return WORDS[this.language]; }

  async begin() {
    await this.call("PATCH", { locale: this.words.locale });
    this.profile = await this.fetched("/profile") || {};
    this.fill();
    this.follow();
  }

  // The frame; drawn anew when the language changes.
  draw() {
    const { words } = this;
    this.notice = h("p", { class: "notice", role: "status", hidden: true });
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" });
    this.typing = h("div", { class: "row theirs typing", role: "status", hidden: true }, h("div", { class: "bubble" }, h("span", { class: "unseen" }, words.typing), h("i"), h("i"), h("i")));
    this.quick = h("div", { class: "quick", role: "group", "aria-label": words.quick, hidden: true });
    this.menu = h("div", { class: "menu", hidden: true, onkeydown: (event) => event.key === "Escape" && this.toggleMenu(false) });
    this.element.lang = this.language;
    this.element.setAttribute("aria-label", words.person(this.number));
    this.element.replaceChildren(this.header(), this.notice, h("div", { class: "scroll" }, this.log, this.typing), this.quick, this.composer());
    this.scroll = this.element.querySelector(".scroll");
  }

  header() {
    const { words } = this;
    const languages = Object.keys(WORDS).map((one) =>
      h("button", { type: "button", lang: one, "aria-pressed": String(one === this.language), onclick: () => this.speak(one) }, one === "ko" ? "한국어" : "English"));
    return h("header", {},
      h("img", { src: "/page/segue.svg", alt: "", width: 40, height: 40 }),
      h("div", { class: "who" }, h("h2", {}, "segue"), h("p", {}, words.status)),
      h("div", { class: "languages", role: "group", "aria-label": words.language }, languages),
      h("button", { type: "button", class: "round", "aria-label": words.again, title: words.again, onclick: () => this.call("DELETE") }, icon("restart")));
  }

  composer() {
    const { words } = this;
    this.opener = h("button", { type: "button", class: "round", "aria-label": words.menu, title: words.menu, "aria-expanded": "false", onclick: () => this.toggleMenu(this.menu.hidden) }, icon("menu"));
    this.input = h("input", { type: "text", "aria-label": words.message, placeholder: "aespa · 에스파 · Next Level", autocomplete: "off", enterkeyhint: "send", maxlength: "2000", dir: "auto", oninput: () => this.suit() });
    const send = h("button", { class: "round send", "aria-label": words.send, title: words.send }, icon("send"));
    const thumb = h("button", { type: "button", class: "round thumb", "aria-label": words.sendThumb, title: words.sendThumb, onclick: () => this.say({ sticker: true }) }, h("img", { src: "/page/thumb.svg", alt: "", width: 24, height: 24 }));
    const picture = h("button", { type: "button", class: "round", "aria-label": words.sendPicture, title: words.sendPicture, onclick: () => this.say({ image: true }) }, icon("picture"));
    this.suit = () => { send.hidden = !this.input.value.trim(); thumb.hidden = !send.hidden; };
    const form = h("form", { class: "composer" }, this.menu, this.opener, picture, this.input, send, thumb);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text) this.say({ text });
      this.input.value = "";
      this.suit();
    });
    this.suit();
    return form;
  }

  async speak(language) {
    this.language = language;
    this.draw();
    await this.call("PATCH", { locale: this.words.locale });
    this.profile = await this.fetched("/profile") || this.profile;
    this.fill();
    this.element.querySelector(".languages [aria-pressed=true]").focus();
  }

  toggleMenu(open) {
    this.menu.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.menu.querySelector("button, a")?.focus();
    else this.opener.focus();
  }

  // Everything that depends on the thread and on the profile.
  fill() {
    const { words, profile } = this;
    const tap = (title, payload) => this.say({ is_postback: true, title, payload });
    const items = profile.persistent_menu?.call_to_actions || [];
    this.opener.hidden = !items.length;
    this.menu.replaceChildren(...items.map((item) => item.type === "web_url"
      ? h("a", { href: item.url, target: "_blank", rel: "noopener" }, item.title)
      : h("button", { type: "button", onclick: () => { this.toggleMenu(false); tap(item.title, item.payload); } }, item.title)));
    this.log.replaceChildren(this.welcome(tap), ...this.entries.map((entry) => render(entry, words, tap)));
    this.settle();
  }

  welcome(tap) {
    const { profile, words } = this;
    const started = this.entries.length > 0;
    const questions = profile.ice_breakers?.call_to_actions || [];
    const begin = profile.get_started && !questions.length ? [h("button", { type: "button", class: "start", onclick: () => tap(words.start, profile.get_started.payload) }, words.start)] : [];
    const offers = questions.map((one) => h("button", { type: "button", class: "chip", onclick: () => tap(one.question, one.payload) }, one.question));
    return h("div", { class: "welcome" },
      h("img", { src: "/page/segue.svg", alt: "", width: 72, height: 72 }),
      h("h3", {}, "segue"),
      profile.greeting ? h("p", {}, profile.greeting.text) : "",
      started ? "" : h("div", { class: "offers" }, offers, begin));
  }

  // What stands below the last message.
  settle() {
    const last = this.entries.at(-1);
    const replies = (last?.by === "page" && last.message.quick_replies) || [];
    this.quick.hidden = !replies.length;
    this.quick.replaceChildren(...replies.map((one) =>
      h("button", { type: "button", class: "chip", dir: "auto", onclick: () => this.say({ text: one.title, payload: one.payload }) },
        one.image_url ? h("img", { src: one.image_url, alt: "", onerror: (event) => event.target.remove() }) : "", one.title)));
    this.log.querySelector(".seen")?.remove();
    const mine = this.entries.findLast((entry) => entry.by === "person");
    if (mine && this.seen >= mine.at_ms) {
      const row = this.log.children[this.entries.indexOf(mine) + 1];
      row?.append(h("span", { class: "seen" }, this.words.seen));
    }
    requestAnimationFrame(() => this.scroll.scrollTo({ top: this.scroll.scrollHeight }));
  }

  async follow() {
    for (;;) {
      const thread = await this.fetched(`?version=${this.version}&epoch=${this.epoch}&entries=${this.entries.length}&wait=${WAIT_SECONDS}`);
      if (thread) this.take(thread);
      else await new Promise((done) => setTimeout(done, 1000));
    }
  }

  take(thread) {
    const isNew = thread.epoch !== this.epoch;
    const had = isNew ? 0 : this.entries.length;
    this.entries = isNew ? thread.entries : this.entries.concat(thread.entries);
    Object.assign(this, { version: thread.version, epoch: thread.epoch, seen: thread.seen_ms });
    clearTimeout(this.typingEnds);
    this.typing.hidden = !thread.is_typing;
    this.typingEnds = setTimeout(() => { this.typing.hidden = true; }, WAIT_SECONDS * 1000);
    if (isNew || !had) return this.fill();
    const tap = (title, payload) => this.say({ is_postback: true, title, payload });
    this.log.append(...thread.entries.map((entry) => render(entry, this.words, tap)));
    this.settle();
  }

  say(what) {
    this.call("POST", what);
    this.input.focus({ preventScroll: true });
  }

  async call(method, body) {
    const answer = await fetch(`/chat/${this.id}`, { method, body: body && JSON.stringify(body) }).catch(() => null);
    this.tell({ isLost: !answer?.ok });
  }

  async fetched(path) {
    const answer = await fetch(`/chat/${this.id}${path}`).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    this.tell({ isLost: !found, isDeaf: found && "is_connected" in found ? !found.is_connected : this.isDeaf });
    return found;
  }

  tell(state) {
    Object.assign(this, state);
    this.notice.textContent = this.isLost ? this.words.lost : this.isDeaf ? this.words.deaf : "";
    this.notice.hidden = !this.notice.textContent;
  }
}

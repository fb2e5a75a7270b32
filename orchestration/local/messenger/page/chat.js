// ?people=2 shows two people side by side; ?lang=ko,en says what each of them speaks; ?theme=dark overrides the system.
import { Person } from "./person.js";
import { WORDS } from "./words.js";

const FIRST = 4000000000000001;
const asked = new URLSearchParams(location.search);
const count = Math.min(Math.max(Number(asked.get("people")) || 1, 1), 4);
const languages = (asked.get("lang") || navigator.language.slice(0, 2)).split(",");
const language = (number) => {
  const one = languages[Math.min(number, languages.length - 1)];
  return one in WORDS ? one : "en";
};

if (asked.get("theme")) document.documentElement.dataset.theme = asked.get("theme");
document.documentElement.lang = language(0);
const people = document.getElementById("people");
for (let number = 0; number < count; number += 1) {
  people.append(new Person(String(FIRST + number), number + 1, language(number)).element);
}
people.querySelector(".composer input").focus();

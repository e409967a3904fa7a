// Helpers for the DOM. No text is ever parsed as HTML.

/** Returns the element with an id. */
export const byId = (id) => document.getElementById(id);

/** Creates an element with properties (`class`, `aria-*` and `data-*` are attributes) and children: nodes or texts. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class' || name.includes('-')) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Tags a template: returns its texts and values as children for `el`. Each value keeps its writing direction to itself. */
export function sentence(texts, ...names) {
  return texts.flatMap((text, index) => (index < names.length ? [text, el('bdi', {}, `${names[index]}`)] : [text]));
}

/** Creates a button. */
export function button(label, onclick, className = 'quiet-button') {
  return el('button', { type: 'button', class: className, onclick }, label);
}

/** Makes `nodes` the children of `parent`. Moves only what it must, so screen readers do not announce the rest again. */
export function show(parent, nodes) {
  let next = parent.firstChild;
  let at = 0;
  for (; next !== null && next === nodes[at]; at++) next = next.nextSibling; // most often all that is there stays
  if (next !== null) {
    const wanted = new Set(nodes);
    for (let child = next; child !== null; ) {
      const following = child.nextSibling;
      if (!wanted.has(child)) child.remove();
      child = following;
    }
    next = at === 0 ? parent.firstChild : nodes[at - 1].nextSibling;
  }
  for (; at < nodes.length; at++) {
    if (nodes[at] === next) next = next.nextSibling;
    else parent.insertBefore(nodes[at], next);
  }
}

/** Sets the text of an element, unless it is the same. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes texts and nodes the content of an element, unless it has the same text. */
export function writeParts(element, parts) {
  if (element.textContent !== parts.map((part) => part.textContent ?? part).join('')) element.replaceChildren(...parts);
}

/** Sets an attribute, unless it is the same; null removes it. */
export function mark(element, attribute, value) {
  if (element.getAttribute(attribute) === value) return;
  if (value === null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}

/** Hides or shows an element, unless it is so already: assigning the same value counts as a change. */
export function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/** Creates the circle that represents a user. */
export function avatar(name) {
  const circle = el('span', { class: 'avatar', 'aria-hidden': 'true' });
  return paintAvatar(circle, name);
}

/** Sets the initial and colour of a user in a circle. */
export function paintAvatar(circle, name) {
  const hue = [...name].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 360, 7);
  circle.textContent = [...name][0].toUpperCase();
  circle.style.setProperty('--hue', hue);
  return circle;
}
